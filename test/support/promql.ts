/** What a PromQL expression is made of, by Prometheus' own grammar. */
import type { SyntaxNode, Tree } from '@lezer/common';
import { parser } from '@prometheus-io/lezer-promql';

const COMPARISONS = new Set(['Eql', 'Neq', 'Gtr', 'Gte', 'Lss', 'Lte']);
const SET_OPERATORS = new Set(['And', 'Or', 'Unless']);

/** Every vector selector as it stands, such as `up{job="x"}`. @throws Error when the expression cannot be parsed */
export function selectors(expression: string): string[] {
  const found: string[] = [];
  parsed(expression).iterate({
    enter: ({ name, from, to }) => {
      if (name === 'VectorSelector') found.push(expression.slice(from, to));
    },
  });
  return found;
}

/** The name of the metric of a selector. */
export const metricOf = (selector: string): string => selector.replace(/[{[\s].*$/s, '');

/**
 * The parts that must have an answer for an alert to be able to fire: both sides of comparisons and set operators, and
 * what is asked to be absent.
 */
export function operands(expression: string): string[] {
  return split(parsed(expression).topNode, expression);
}

function split(node: SyntaxNode, expression: string): string[] {
  const inner = (child: SyntaxNode | null): string[] => (child === null ? [] : split(child, expression));
  if (node.name === 'PromQL' || node.name === 'ParenExpr') return inner(firstExpression(node));
  if (
    node.name === 'BinaryExpr' &&
    hasChild(node, (name) => COMPARISONS.has(name) || SET_OPERATORS.has(name))
  ) {
    return [...inner(node.firstChild), ...inner(node.lastChild)];
  }
  if (node.name === 'FunctionCall' && expression.slice(node.from, node.to).startsWith('absent(')) {
    return selectors(expression.slice(node.from, node.to));
  }
  return [expression.slice(node.from, node.to)];
}

function parsed(expression: string): Tree {
  const tree = parser.parse(expression);
  tree.iterate({
    enter: ({ type, from }) => {
      if (type.isError) throw new Error(`not PromQL at character ${from}: ${expression}`);
    },
  });
  return tree;
}

function firstExpression(node: SyntaxNode): SyntaxNode | null {
  for (let child = node.firstChild; child !== null; child = child.nextSibling) {
    if (!['(', ')', 'LineComment'].includes(child.name)) return child;
  }
  return null;
}

function hasChild(node: SyntaxNode, is: (name: string) => boolean): boolean {
  for (let child = node.firstChild; child !== null; child = child.nextSibling)
    if (is(child.name)) return true;
  return false;
}
