/** The bound of what waits to be published, the same for every log. */
import { CliowatchError } from '../../domain/errors.ts';

/** Above this nothing more is taken until some of it is written: while the log is held up, it is all kept in memory. */
export const MAX_WAITING_BYTES = 64 << 20;

export const tooMuchWaits = (): CliowatchError =>
  new CliowatchError('log-full', `more than ${MAX_WAITING_BYTES} bytes wait to be written`, {
    value: MAX_WAITING_BYTES,
    retry: true,
  });
