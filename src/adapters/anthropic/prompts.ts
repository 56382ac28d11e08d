import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CliowatchError, reasonOf } from '../../domain/errors.ts';

/** Instructions for one stage. `hash` (12 hex digits) travels with every answer, so that it says which text made it. */
export type Prompt = { readonly text: string; readonly version: number; readonly hash: string };

export type PromptName = 'facets' | 'label' | 'audit' | 'propose' | 'deduplicate' | 'assign' | 'nest';

const FOLDER = join(import.meta.dirname, '../../../config/prompts');
const FRONT_MATTER = /^---\nversion: ([1-9]\d*)\n---\n/;

/** Reads a prompt file. Once, at start: throws CliowatchError `prompt/unreadable` or `prompt/no-version`. */
export function loadPrompt(name: PromptName, folder = FOLDER): Prompt {
  const path = join(folder, `${name}.md`);
  const file = read(path);
  const front = FRONT_MATTER.exec(file);
  if (front === null) {
    throw new CliowatchError('prompt/no-version', `${path} does not begin with its version`, {
      value: path,
      remedy: 'begin the file with three lines: ---, version: 1, ---',
    });
  }
  return {
    text: file.slice(front[0].length).trim(),
    version: Number(front[1]),
    hash: createHash('sha256').update(file).digest('hex').slice(0, 12),
  };
}

/** The same prompt in other words: the hash is of the file and of what was made of it. */
export function reworded(prompt: Prompt, text: string): Prompt {
  const hash = createHash('sha256').update(prompt.hash).update(text).digest('hex').slice(0, 12);
  return { ...prompt, text, hash };
}

/** All that the labeler asks with. */
export function loadLabelerPrompts(): Record<Exclude<PromptName, 'facets'>, Prompt> {
  return {
    label: loadPrompt('label'),
    audit: loadPrompt('audit'),
    propose: loadPrompt('propose'),
    deduplicate: loadPrompt('deduplicate'),
    assign: loadPrompt('assign'),
    nest: loadPrompt('nest'),
  };
}

function read(path: string): string {
  try {
    // A checkout may have turned line ends, which must not change the hash.
    return readFileSync(path, 'utf8').replaceAll('\r\n', '\n');
  } catch (cause) {
    throw new CliowatchError('prompt/unreadable', `cannot read the prompt: ${reasonOf(cause)}`, {
      value: path,
      cause,
      remedy: 'keep config/prompts beside the program',
    });
  }
}
