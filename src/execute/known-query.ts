import { knownIn } from '../predicate/analyse.js';
import { settled, type Run } from '../predicate/deferred.js';
import { and, type Predicate } from '../predicate/types.js';
import type { KeyLists, PerParent } from '../sql/per-parent.js';
import type { RowQuery } from '../sql/read.js';

/** Makes queries known for one run: a predicate that several queries share stays one, so that its answer is shared, too. */
export class KnownQueries {
  readonly #run: Run;
  #predicates: Map<Predicate, Predicate> | undefined;

  constructor(run: Run) {
    this.#run = run;
  }

  /** @param besides a condition that is known only now */
  query(query: RowQuery, besides?: Predicate): RowQuery {
    switch (query.kind) {
      case 'page':
        return {
          ...query,
          where: this.#where(query.where),
          sort: this.#value(query.sort),
          rows: this.#value(query.rows),
          offset: this.#value(query.offset),
          ...(query.bounds ? { bounds: query.bounds.map((bound) => ({ ...bound, cursor: this.#value(bound.cursor) })) } : {}),
          perParent: this.#perParent(query.perParent),
        };
      case 'keys': {
        const where = this.#where(query.where);
        return {
          ...query,
          keys: this.#value(query.keys) as readonly string[],
          where: where && besides ? and([where, besides]) : (where ?? besides),
        };
      }
      case 'count':
      case 'aggregate':
      case 'groups':
        return { ...query, where: this.#where(query.where), perParent: this.#perParent(query.perParent) };
      default:
        return query;
    }
  }

  #value(value: unknown): unknown {
    return settled(value, (part) => part.get(this.#run));
  }

  #where(predicate: Predicate | undefined): Predicate | undefined {
    return predicate && this.predicate(predicate);
  }

  predicate(predicate: Predicate): Predicate {
    let known = this.#predicates?.get(predicate);
    if (!known) (this.#predicates ??= new Map()).set(predicate, (known = knownIn(predicate, this.#run)));
    return known;
  }

  #perParent(perParent: PerParent | undefined): PerParent | undefined {
    if (!perParent) return undefined;
    return perParent.kind === 'joined'
      ? { ...perParent, values: this.#value(perParent.values) }
      : { ...perParent, lists: this.#value(perParent.lists) as KeyLists };
  }
}
