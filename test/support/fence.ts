/** Reads what was sent to a model as a strict reader would: elements that are balanced, escaped text, and nothing else. */

export type Element = {
  readonly tag: string;
  readonly attributes: string;
  readonly children: readonly Element[];
  /** Text of its own, unescaped. */
  readonly text: string;
};

const TOKEN = /<(\/?)([a-z_]+)((?: [a-z]+="[^"<>]*")*)(\/?)>|[<>]|[^<>]+/g;
const CHARACTERS: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"' };

/** Throws on a delimiter that is none of a tag, on a tag that is not closed, and on an ampersand that escapes nothing. */
export function readFence(sent: string): { readonly elements: readonly Element[]; readonly after: string } {
  type Open = { tag: string; attributes: string; children: Element[]; text: string };
  const root: Open = { tag: '', attributes: '', children: [], text: '' };
  const stack: Open[] = [root];
  for (const [token, slash, tag, attributes = '', closed] of sent.matchAll(TOKEN)) {
    const top = stack.at(-1) ?? root;
    if (tag === undefined) {
      if (token === '<' || token === '>') throw new Error(`a delimiter that is no tag: ${token}`);
      top.text += stack.length === 1 ? token : unescaped(token);
    } else if (slash === '/') {
      if (top.tag !== tag || stack.length === 1) throw new Error(`</${tag}> closes nothing`);
      stack.pop();
      stack.at(-1)?.children.push(top);
    } else if (closed === '/') top.children.push({ tag, attributes, children: [], text: '' });
    else stack.push({ tag, attributes, children: [], text: '' });
  }
  if (stack.length > 1) throw new Error(`<${stack.at(-1)?.tag}> is not closed`);
  return { elements: root.children, after: root.text.trim() };
}

function unescaped(text: string): string {
  return text.replace(/&(\w*;?)/g, (_, name: string) => {
    const character = CHARACTERS[name.slice(0, -1)];
    if (character === undefined || !name.endsWith(';'))
      throw new Error(`an ampersand that escapes nothing: &${name}`);
    return character;
  });
}

/** Tags of the tree, in order: `turn[tool_result]`. */
export function skeleton(elements: readonly Element[]): string[] {
  return elements.map(({ tag, children }) =>
    children.length === 0 ? tag : `${tag}[${skeleton(children).join(' ')}]`,
  );
}

/** All text below, in order of elements. */
export const textIn = (elements: readonly Element[]): string =>
  elements.map(({ text, children }) => `${text}${textIn(children)}`).join('\n');
