import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { EXIT, explain } from '../../src/cli/exit.ts';
import { createProgress } from '../../src/cli/progress.ts';
import { CliowatchError } from '../../src/domain/errors.ts';

let written = '';
beforeEach(() => {
  written = '';
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => {
    written += String(text);
    return true;
  });
});
afterEach(() => vi.restoreAllMocks());

describe('a failure', () => {
  const codes: readonly [code: string, exit: number][] = [
    ['config/invalid', EXIT.usage],
    ['tokens/other-key', EXIT.usage],
    ['http-closed', EXIT.usage],
    ['http-listen', EXIT.unreachable],
    ['log/missing-topics', EXIT.unreachable],
    ['file/missing', EXIT.unreachable],
    ['replay/refused', EXIT.unreachable],
    ['detect/snapshot', EXIT.failed],
  ];
  for (const [code, exit] of codes) {
    it(`${code} ends with ${exit}, says what went wrong and what to do, and shows no stack`, () => {
      expect(explain(new CliowatchError(code, 'it broke', { remedy: 'mend it' }))).toBe(exit);
      expect(written).toBe('cliowatch: it broke\n  try: mend it\n');
    });
  }

  it('of ours ends with 1 and its stack', () => {
    expect(explain(new TypeError('a bug'))).toBe(EXIT.failed);
    expect(written).toContain('exit.test.ts');
  });
});

it('where standard error is no terminal, progress is a line every ten per cent', () => {
  const progress = createProgress('replay', 200);
  for (let done = 0; done <= 200; done += 5) progress.update(done, `${done} sent`);
  progress.stop();
  const lines = written.trim().split('\n');
  expect(lines).toHaveLength(11);
  expect(lines.at(0)).toBe('replay 0%  0 sent');
  expect(lines.at(-1)).toBe('replay 100%  200 sent');
});
