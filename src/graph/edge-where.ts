import { GatewayError } from '../errors.js';
import { contrary } from '../predicate/analyse.js';
import { and, FALSE, or, TRUE, type Predicate } from '../predicate/types.js';

/** A condition on relationships without AND, OR and NOT between the two: on their properties, and on their end nodes. */
interface Alternative {
  readonly edge: Predicate;
  readonly node: Predicate;
}

/** Most alternatives of one condition. */
const MAX_ALTERNATIVES = 64;

/**
 * A predicate on relationships as alternatives, each of `edge` and `node` only. In nested deletes and disconnects @neo4j/graphql
 * ignores everything else, and would take every relationship.
 *
 * @throws GatewayError BAD_WHERE
 */
export const edgeAlternatives = (field: string, predicate: Predicate): readonly Predicate[] => {
  const found = alternatives(field, predicate).map(({ edge, node }) => and([edge, node]));
  return found.length === 0 ? [FALSE] : found;
};

const alternatives = (field: string, predicate: Predicate): readonly Alternative[] => {
  switch (predicate.kind) {
    case 'true':
      return [{ edge: TRUE, node: TRUE }];
    case 'false':
      return [];
    case 'and':
      return all(
        field,
        predicate.of.map((part) => alternatives(field, part)),
      );
    case 'or':
      return any(predicate.of.map((part) => alternatives(field, part)));
    case 'not':
      return isLogical(predicate.of) ? alternatives(field, contrary(predicate.of)) : [only(predicate.of, predicate)];
    default:
      return [only(predicate, predicate)];
  }
};

const isLogical = ({ kind }: Predicate): boolean => kind === 'and' || kind === 'or' || kind === 'not';

/** A condition on either the edge or the node, negated or not; a negation on the node goes into its condition. */
const only = (one: Predicate, signed: Predicate): Alternative => {
  if (one.kind !== 'node') return { edge: signed, node: TRUE };
  return { edge: TRUE, node: one === signed ? one : { ...one, of: contrary(one.of) } };
};

const all = (field: string, parts: readonly (readonly Alternative[])[]): readonly Alternative[] =>
  parts.reduce<readonly Alternative[]>(
    (found, part) => {
      if (found.length * part.length > MAX_ALTERNATIVES)
        throw new GatewayError('BAD_WHERE', {
          field,
          detail: `edge and node may be combined in ${MAX_ALTERNATIVES} ways at most. Write in several steps`,
        });
      return any([found.flatMap((one) => part.map((other) => ({ edge: and([one.edge, other.edge]), node: nodes('and', one, other) })))]);
    },
    [{ edge: TRUE, node: TRUE }],
  );

/** Merges alternatives that are on the edge alone, and those on the node alone. */
const any = (parts: readonly (readonly Alternative[])[]): readonly Alternative[] => {
  const found = parts.flat();
  const edges = found.filter(({ edge, node }) => node === TRUE && edge !== TRUE);
  const targets = found.filter(({ edge, node }) => edge === TRUE && node !== TRUE);
  const rest = found.filter((each) => !edges.includes(each) && !targets.includes(each));
  return [
    ...rest,
    ...(edges.length === 0 ? [] : [{ edge: or(edges.map(({ edge }) => edge)), node: TRUE }]),
    ...targets.slice(0, 1).map((first) => targets.slice(1).reduce((one, other) => ({ edge: TRUE, node: nodes('or', one, other) }), first)),
  ];
};

/** Two conditions on the node as one. */
const nodes = (word: 'and' | 'or', { node: one }: Alternative, { node: other }: Alternative): Predicate => {
  if (one.kind !== 'node') return word === 'and' ? other : TRUE;
  if (other.kind !== 'node') return word === 'and' ? one : TRUE;
  return { ...one, of: (word === 'and' ? and : or)([one.of, other.of]) };
};
