import type { EntityType, TableType } from '../model/types.js';
import { allInTwo, contrary } from '../predicate/analyse.js';
import { and, keySet, not, or, type Predicate, type Related } from '../predicate/types.js';

export interface TermsLoaders {
  /** Answers so far, by predicate: one that many parents need is answered once. */
  readonly terms: WeakMap<Predicate, Promise<Predicate>>;
  /** The keys of all matching rows. */
  readonly rowKeys: (type: TableType, predicate: Predicate) => Promise<readonly string[]>;
}

/**
 * A predicate for the graph: each condition on rows is replaced by the keys of the matching rows. With `holds` false, its negation:
 * true where the predicate is false, but not where it is unknown.
 *
 * @param target the type it is on, or with `onEdge` the type at the end of the relationships
 */
export const graphTerms = (
  loaders: TermsLoaders,
  target: EntityType,
  onEdge: boolean,
  predicate: Predicate,
  holds = true,
): Promise<Predicate> => {
  const answer = (): Promise<Predicate> =>
    onEdge ? edgeTerms(loaders, predicate, holds) : nodeTerms(loaders, target, holds ? predicate : not(predicate));
  if (!holds) return answer();
  let terms = loaders.terms.get(predicate);
  // TRUE and FALSE are shared objects, so they are not cached.
  const isShared = predicate.kind === 'true' || predicate.kind === 'false';
  if (!terms) {
    terms = answer();
    if (!isShared) loaders.terms.set(predicate, terms);
  }
  return terms;
};

const nodeTerms = async (loaders: TermsLoaders, target: EntityType, predicate: Predicate): Promise<Predicate> => {
  // A deleted row has no key, so its node matches nothing.
  if (target.home === 'table') return keySet(await loaders.rowKeys(target, predicate));
  switch (predicate.kind) {
    case 'and':
    case 'or': {
      const terms = await Promise.all(predicate.of.map((part) => graphTerms(loaders, target, false, part)));
      return (predicate.kind === 'and' ? and : or)(terms);
    }
    case 'not':
      return not(await graphTerms(loaders, target, false, predicate.of));
    case 'related':
      return relatedTerms(loaders, predicate);
    default:
      return predicate;
  }
};

const relatedTerms = async (loaders: TermsLoaders, predicate: Related): Promise<Predicate> => {
  const { quantifier, end, target, of } = predicate;
  const terms = (holds: boolean) => graphTerms(loaders, target, end === 'edge', of, holds);
  if (quantifier !== 'all' || (target.home === 'node' && end === 'target')) return { ...predicate, of: await terms(true) };
  const [passes, fails] = await Promise.all([terms(true), terms(false)]);
  return allInTwo(predicate, passes, fails);
};

/** NOT is pushed down to each condition: it may be unknown of a row, and the graph only gets the keys of matching rows. */
const edgeTerms = async (loaders: TermsLoaders, predicate: Predicate, holds: boolean): Promise<Predicate> => {
  switch (predicate.kind) {
    case 'and':
    case 'or': {
      const terms = await Promise.all(predicate.of.map((part) => edgeTerms(loaders, part, holds)));
      return ((predicate.kind === 'and') === holds ? and : or)(terms);
    }
    case 'not':
      return edgeTerms(loaders, predicate.of, !holds);
    case 'node':
      return { ...predicate, of: await graphTerms(loaders, predicate.target, false, predicate.of, holds) };
    default:
      return holds ? predicate : contrary(predicate);
  }
};
