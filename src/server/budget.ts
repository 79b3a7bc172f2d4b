import { Kind, TokenKind, type DocumentNode, type FragmentDefinitionNode, type SelectionSetNode } from 'graphql';
import { GatewayError } from '../errors.js';
import { fragmentsOf } from '../query/selection.js';

/** Maximum number of tokens in a document; that of a large screen has a few thousand. @default 10_000 */
export const MAX_TOKENS = 10_000;

/** Maximum nesting of fields; GraphiQL's introspection query needs 15. @default 20 */
const MAX_FIELD_DEPTH = 20;

/** Maximum number of fields of an operation; a fragment counts each time it is spread. @default 2_000 */
const MAX_FIELDS = 2_000;

/** Maximum number of pairs of same-named fields, or of fragments, in one selection: validation compares each pair. @default 5_000 */
const MAX_PAIRS = 5_000;

/** Maximum length of a name, such as an alias, which responses and errors repeat. @default 200 */
const MAX_NAME = 200;

/**
 * Rejects a document that would take too long to validate or plan, before either begins. The check itself is linear in the length
 * of the document: each fragment is measured once.
 *
 * @throws GatewayError OPERATION_TOO_LARGE
 */
export const checkBudget = (document: DocumentNode): void => {
  for (let token = document.loc?.startToken; token; token = token.next ?? undefined)
    if (token.kind === TokenKind.NAME) refuse('characters in a name', token.value.length, MAX_NAME);
  const measure = new Measure(fragmentsOf(document));
  for (const definition of document.definitions) {
    if (definition.kind !== Kind.OPERATION_DEFINITION && definition.kind !== Kind.FRAGMENT_DEFINITION) continue;
    const { depth, fields } = measure.selections(definition.selectionSet);
    refuse('nested fields', depth, MAX_FIELD_DEPTH);
    refuse('fields', fields, MAX_FIELDS);
  }
  refuse('comparisons of fields of one name', measure.pairs, MAX_PAIRS);
};

const refuse = (what: string, count: number, maximum: number): void => {
  if (count > maximum)
    throw new GatewayError('OPERATION_TOO_LARGE', { what, maximum, count: count === Infinity ? 'more than can be counted' : count });
};

interface Size {
  readonly depth: number;
  readonly fields: number;
}

const NOTHING: Size = { depth: 0, fields: 0 };

class Measure {
  pairs = 0;
  readonly #fragments: Readonly<Record<string, FragmentDefinitionNode>>;
  readonly #known = new Map<string, Size>();

  constructor(fragments: Readonly<Record<string, FragmentDefinitionNode>>) {
    this.#fragments = fragments;
  }

  selections(set: SelectionSetNode | undefined): Size {
    let [depth, fields] = [0, 0];
    const names = new Map<string, number>();
    for (const selection of set?.selections ?? []) {
      const name = selection.kind === Kind.FIELD ? (selection.alias ?? selection.name).value : '...';
      const before = names.get(name) ?? 0;
      this.pairs += before;
      names.set(name, before + 1);
      const inner =
        selection.kind === Kind.FRAGMENT_SPREAD ? this.#fragment(selection.name.value) : this.selections(selection.selectionSet);
      const own = selection.kind === Kind.FIELD ? 1 : 0;
      depth = Math.max(depth, inner.depth + own);
      fields += inner.fields + own;
    }
    return { depth, fields };
  }

  #fragment(name: string): Size {
    const known = this.#known.get(name);
    if (known) return known;
    // Unknown and recursive fragments are left to validation.
    this.#known.set(name, NOTHING);
    const size = this.selections(this.#fragments[name]?.selectionSet);
    this.#known.set(name, size);
    return size;
  }
}
