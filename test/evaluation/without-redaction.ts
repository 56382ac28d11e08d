/** Given by --import: every thread of the process then finds a redactor that takes nothing out. To measure what the real one costs. */
import { registerHooks } from 'node:module';

const NOTHING = 'export const redact = (text) => ({ text, found: {} }); export const check = () => null;';

registerHooks({
  load: (url, context, next) =>
    url.endsWith('/src/algorithms/redact.ts')
      ? { format: 'module', source: NOTHING, shortCircuit: true }
      : next(url, context),
});
