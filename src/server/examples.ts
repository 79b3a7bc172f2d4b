import { Kind, parse, TokenKind } from 'graphql';
import { readFileSync } from 'node:fs';
import { EXPLAIN_HEADER } from './explain.js';
import type { GraphiQLOptions } from './graphiql.js';
import { ROOT } from '../root.js';

const VARIABLES: Readonly<Record<string, object>> = {
  Trace: { text: 'how far can it fly' },
  Component: { name: 'battery' },
  Ask: { text: 'what happens when the radio link is lost' },
};

/** Operation of examples.graphql that asks so. */
const EXPLAINED = 'Explain';

interface ExampleOptions {
  /** Whether a request may ask which statements answered it. */
  readonly explain: boolean;
}

/** The queries that GraphiQL opens with: the operations of examples.graphql, each with the comment above it. */
export const readExamples = ({ explain }: ExampleOptions): GraphiQLOptions['tabs'] => {
  const text = readFileSync(new URL('src/server/examples.graphql', ROOT), 'utf8');
  return parse(text).definitions.flatMap((definition) => {
    if (definition.kind !== Kind.OPERATION_DEFINITION || !definition.loc) return [];
    const isExplained = definition.name?.value === EXPLAINED;
    if (isExplained && !explain) return [];
    const before = definition.loc.startToken.prev;
    const variables = VARIABLES[definition.name?.value ?? ''];
    return [{ ...(before?.kind === TokenKind.COMMENT ? { name: before.value.trim() } : {}), query: text.slice(definition.loc.start, definition.loc.end), ...(variables ? { variables: JSON.stringify(variables) } : {}), ...(isExplained ? { headers: JSON.stringify({ [EXPLAIN_HEADER]: 'true' }) } : {}) }];
  });
};
