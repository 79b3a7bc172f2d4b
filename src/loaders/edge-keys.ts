import type { EntityType } from '../model/types.js';

type EdgeWhere = Readonly<Record<string, unknown>> | null | undefined;

/**
 * A condition on relationships and what they lead to, as the graph can answer it: where they lead to rows, each
 * condition on the row is replaced by the keys of the rows that pass.
 */
export const edgeKeys = async (target: EntityType, where: unknown, keysOf: (where: Readonly<Record<string, unknown>>) => Promise<readonly string[]>): Promise<unknown> => {
  if (target.home === 'node') return where;
  const replace = async (given: EdgeWhere): Promise<EdgeWhere> => {
    if (!given) return given;
    const parts = Object.entries(given).map(async ([name, condition]) => {
      if (condition === null || condition === undefined) return [name, condition] as const;
      if (name === 'AND' || name === 'OR') return [name, await Promise.all((condition as EdgeWhere[]).map(replace))] as const;
      if (name === 'NOT') return [name, await replace(condition as EdgeWhere)] as const;
      if (name === 'node') return [name, { id: { in: await keysOf(condition as Readonly<Record<string, unknown>>) } }] as const;
      return [name, condition] as const;
    });
    return Object.fromEntries(await Promise.all(parts));
  };
  return replace(where as EdgeWhere);
};
