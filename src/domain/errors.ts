/** An error with a code, the bad value, the cause, whether to try again, and what to do. */
export class CliowatchError extends Error {
  readonly code: string;
  readonly value: unknown;
  readonly retry: boolean;
  readonly remedy: string | undefined;

  constructor(
    code: string,
    message: string,
    options: { value?: unknown; retry?: boolean; remedy?: string; cause?: unknown } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'CliowatchError';
    this.code = code;
    this.value = options.value;
    this.retry = options.retry ?? false;
    this.remedy = options.remedy;
  }
}

/** The text of anything thrown. */
export function reasonOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}

/** Thrown by the log for a record that it will never take, whoever tries: for the sender to mend. */
export const RECORD_TOO_LARGE = 'record-too-large';

export function isTooLarge(thrown: unknown): thrown is CliowatchError {
  return thrown instanceof CliowatchError && thrown.code === RECORD_TOO_LARGE;
}

/** This process shows nothing: another does. */
export const NO_VIEW = 'no-view';

/** Thrown without a try: the model is held back, by failures or by the budget. */
export const HELD = 'llm/held';

export function isHeld(thrown: unknown): boolean {
  return thrown instanceof CliowatchError && thrown.code === HELD;
}
