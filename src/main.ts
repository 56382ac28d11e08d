#!/usr/bin/env -S node --disable-warning=ExperimentalWarning --disable-warning=TimeoutNegativeWarning
/** The program, compiled once: what is kept beside its packages is read in half the time. Where nothing can be written, nothing is kept. */
import { enableCompileCache } from 'node:module';
import { join } from 'node:path';

enableCompileCache(join(import.meta.dirname, '../node_modules/.cache/cliowatch'));
await import('./cli/program.ts');
