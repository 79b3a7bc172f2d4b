import type { Model, TableType } from '../model/types.js';
import { conditionHop, NEVER, type ConditionOn, type Conditions } from '../graph/where.js';
import type { Where } from '../sql/where.js';

export interface TermsLoaders {
  readonly model: Model;
  /** Answers so far, by the condition: one that is asked of many parents is answered once. */
  readonly terms: WeakMap<object, Promise<Where>>;
  /** Keys of all rows that pass. */
  readonly rowKeys: (type: TableType, where: Where, depth: number) => Promise<readonly string[]>;
}

/**
 * A condition in terms of the graph: each condition on rows is replaced by the keys of the rows that pass. With `holds`
 * false its contrary: what fails the condition, so not what leaves it open.
 */
export const graphTerms = (loaders: TermsLoaders, on: ConditionOn, where: Conditions, depth: number, holds = true): Promise<Conditions> => {
  if (!holds) return on.onEdge ? edgeTerms(loaders, on, where, depth, false) : nodeTerms(loaders, on, { NOT: where }, depth);
  let terms = loaders.terms.get(where) as Promise<Conditions> | undefined;
  if (!terms)
    loaders.terms.set(where, (terms = on.onEdge ? edgeTerms(loaders, on, where, depth, true) : nodeTerms(loaders, on, where, depth)));
  return terms;
};

const nodeTerms = async (loaders: TermsLoaders, on: ConditionOn, where: Conditions, depth: number): Promise<Conditions> => {
  // A row that is gone has no key, so its node passes nothing.
  if (on.type.home === 'table') return { id: { in: await loaders.rowKeys(on.type, where, depth) } };
  const terms = await Promise.all(
    Object.entries(where).map(async ([name, condition]): Promise<Conditions[]> => {
      if (condition === undefined) return [];
      if (name === 'AND' || name === 'OR')
        return [{ [name]: await Promise.all((condition as Conditions[]).map((item) => graphTerms(loaders, on, item, depth + 1))) }];
      if (name === 'NOT') return [{ NOT: await graphTerms(loaders, on, condition as Conditions, depth + 1) }];
      const hop = conditionHop(loaders.model, on.type, name);
      if (!hop) return [{ [name]: condition }];
      return (
        await Promise.all(
          Object.entries(condition as Readonly<Record<string, Conditions>>).map(([quantifier, inner]) =>
            quantified(loaders, hop, quantifier, inner, depth + 1),
          ),
        )
      )
        .flat()
        .map((filters) => ({ [name]: filters }));
    }),
  );
  return together(terms.flat());
};

/** All of them, in their own places where these are free. */
const together = (terms: readonly Conditions[]): Conditions => {
  const names = terms.flatMap((term) => Object.keys(term));
  return new Set(names).size === names.length ? (Object.assign({}, ...terms) as Conditions) : { AND: terms };
};

const quantified = async (
  loaders: TermsLoaders,
  hop: ConditionOn,
  quantifier: string,
  inner: Conditions,
  depth: number,
): Promise<Conditions[]> => {
  if (quantifier === 'aggregate' || inner === undefined) return [{ [quantifier]: inner }];
  if (quantifier !== 'all' || hop.type.home === 'node') return [{ [quantifier]: await graphTerms(loaders, hop, inner, depth) }];
  const [passes, fails] = await Promise.all([graphTerms(loaders, hop, inner, depth), graphTerms(loaders, hop, inner, depth, false)]);
  return [{ some: passes }, { none: fails }];
};

/** NOT goes down to each condition: a row may neither pass nor fail one, and the graph knows of those that pass only. */
const edgeTerms = async (loaders: TermsLoaders, on: ConditionOn, where: Conditions, depth: number, holds: boolean): Promise<Conditions> => {
  const terms = await Promise.all(
    Object.entries(where).map(async ([name, condition]): Promise<Conditions> => {
      if (condition === undefined) return holds ? {} : NEVER;
      if (name === 'AND' || name === 'OR') {
        return {
          [(name === 'AND') === holds ? 'AND' : 'OR']: await Promise.all(
            (condition as Conditions[]).map((item) => graphTerms(loaders, on, item, depth + 1, holds)),
          ),
        };
      }
      if (name === 'NOT') return graphTerms(loaders, on, condition as Conditions, depth + 1, !holds);
      if (name === 'node')
        return { node: await graphTerms(loaders, { type: on.type, onEdge: false }, condition as Conditions, depth, holds) };
      return holds ? { [name]: condition } : { NOT: { [name]: condition } };
    }),
  );
  if (holds) return together(terms);
  return terms.length === 0 ? NEVER : { OR: terms };
};
