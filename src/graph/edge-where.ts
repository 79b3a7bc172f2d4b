import { GatewayError } from '../errors.js';
import { NEVER, withPlainEdge, type Conditions } from './where.js';
import type { Where } from '../sql/where.js';

/** A condition on relationships without AND, OR and NOT of its own: on their properties, and on what they lead to. */
interface Alternative {
  readonly edge?: Conditions;
  readonly node?: Conditions;
}

/** Most of them that a condition is parted into. */
const MAX_ALTERNATIVES = 64;

/**
 * A condition on relationships as alternatives, each of `edge` and `node` only. What nested deletes and disconnects are
 * given beside these @neo4j/graphql leaves out, and takes every relationship.
 *
 * @throws GatewayError BAD_WHERE
 */
export const edgeAlternatives = (field: string, where: NonNullable<Where>): readonly Alternative[] => {
  const found = alternatives(field, where, true);
  return found.length === 0 ? [NEVER] : found;
};

const alternatives = (field: string, where: Conditions, holds: boolean): readonly Alternative[] => {
  const parts = Object.entries(withPlainEdge(where)).flatMap(([name, condition]): (readonly Alternative[])[] => {
    if (condition === undefined) return [];
    if (name === 'NOT') return [alternatives(field, condition as Conditions, !holds)];
    if (name === 'AND' || name === 'OR') {
      const items = condition as Conditions[];
      const inner = items.map((item) => alternatives(field, item, holds));
      return [(name === 'AND') === holds ? all(field, inner) : any(inner)];
    }
    return [[{ [name]: holds ? condition : { NOT: condition } }]];
  });
  return holds ? all(field, parts) : any(parts);
};

const all = (field: string, parts: readonly (readonly Alternative[])[]): readonly Alternative[] =>
  parts.reduce<readonly Alternative[]>(
    (found, part) => {
      if (found.length * part.length > MAX_ALTERNATIVES)
        throw new GatewayError('BAD_WHERE', {
          field,
          detail: `edge and node may be combined in ${MAX_ALTERNATIVES} ways at most. Write in several steps`,
        });
      return any([found.flatMap((one) => part.map((other) => joined('AND', [one, other])))]);
    },
    [{}],
  );

/** Those on one thing alone are one. */
const any = (parts: readonly (readonly Alternative[])[]): readonly Alternative[] => {
  const found = parts.flat();
  const only = (name: 'edge' | 'node', other: 'edge' | 'node') =>
    found.filter((each) => each[name] !== undefined && each[other] === undefined);
  const [edges, nodes] = [only('edge', 'node'), only('node', 'edge')];
  const rest = found.filter((each) => !edges.includes(each) && !nodes.includes(each));
  return [...rest, ...[edges, nodes].filter((same) => same.length > 0).map((same) => joined('OR', same))];
};

const joined = (word: 'AND' | 'OR', those: readonly Alternative[]): Alternative =>
  Object.fromEntries(
    (['edge', 'node'] as const).flatMap((name) => {
      const conditions = those.flatMap((each) => each[name] ?? []);
      return conditions.length === 0 ? [] : [[name, conditions.length === 1 ? conditions[0]! : { [word]: conditions }]];
    }),
  );
