import type { EntityType, TableType } from '../model/types.js';
import { contrary } from '../predicate/analyse.js';
import { and, keySet, not, or, type Predicate, type Related } from '../predicate/types.js';

export interface TermsLoaders {
  /** Answers so far, by the predicate: one that is asked of many parents is answered once. */
  readonly terms: WeakMap<Predicate, Promise<Predicate>>;
  /** Keys of all rows that pass. */
  readonly rowKeys: (type: TableType, predicate: Predicate) => Promise<readonly string[]>;
}

/**
 * A predicate in terms of the graph: each condition on rows is replaced by the keys of the rows that pass. With `holds`
 * false its contrary: what fails the predicate, so not what leaves it open.
 *
 * @param target what it is on, or with `onEdge` what the relationships that it is on lead to
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
  // What asks nothing, or nobody, is the same object wherever it stands.
  const isShared = predicate.kind === 'true' || predicate.kind === 'false';
  if (!terms) {
    terms = answer();
    if (!isShared) loaders.terms.set(predicate, terms);
  }
  return terms;
};

const nodeTerms = async (loaders: TermsLoaders, target: EntityType, predicate: Predicate): Promise<Predicate> => {
  // A row that is gone has no key, so its node passes nothing.
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
  return and([
    { ...predicate, quantifier: 'some', of: passes },
    { ...predicate, quantifier: 'none', of: fails },
  ]);
};

/** NOT goes down to each condition: a row may neither pass nor fail one, and the graph knows of those that pass only. */
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
