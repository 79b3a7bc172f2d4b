import type { RelationshipField } from '../model/fields.js';
import { graphName, type EntityType } from '../model/types.js';
import { or, TRUE, type Predicate } from '../predicate/types.js';
import type { GuardedModel } from '../access/guard.js';
import { GraphPart, keysPart } from '../graph/part.js';
import { guardedNodes } from '../graph/source.js';
import { graphWhere } from '../graph/where.js';
import { knownIn } from '../predicate/analyse.js';
import type { Run } from '../predicate/deferred.js';
import type { ExternalSortKey, SortKeyValues } from '../sql/external-sort-key.js';
import { isKey } from '../sql/read.js';
import { limited, type ForeignLoaders } from './key-lookup.js';

export type HopSortKey = Extract<ExternalSortKey['by'], { kind: 'hop' }>;
type Neighbour = Readonly<Record<string, unknown>> & { readonly id: string };

/** The targets of hops, by the key of the row at their start. */
export type Neighbours = ReadonlyMap<string, readonly Neighbour[]>;

/** The targets of these hops, by field name, from the rows with these keys, or from all rows or nodes of the type. */
export const neighboursOf = async (
  { graph, model, run, maxKeys }: ForeignLoaders,
  type: EntityType,
  words: readonly HopSortKey[],
  name: string,
  keys: readonly string[] | undefined,
): Promise<ReadonlyMap<string, Neighbours>> => {
  const selected = new Map<string, Set<string>>();
  for (const { field, of } of words) {
    const fields = selected.get(field.name) ?? new Set(['id']);
    if (of && model.types.get(field.target)!.home === 'node') fields.add(of.name);
    selected.set(field.name, fields);
  }
  const fieldOf = new Map(words.map(({ field }) => [field.name, field]));
  const hops = [...selected].map(([hop, fields]) => ({
    hop,
    write: (part: GraphPart) => `${hop}${seen(model, fieldOf.get(hop)!, part, run)} { ${[...fields].join(' ')} }`,
  }));
  const known = new Map(hops.map(({ hop }) => [hop, new Map<string, readonly Neighbour[]>()]));
  if (keys && type.home === 'table') {
    const among = async ({ hop, write }: (typeof hops)[number]) => {
      const found = (await graph.load({ kind: 'hop', type, keys, part: new GraphPart(write) })) as ReadonlyMap<
        string,
        Neighbour[] | undefined
      >;
      for (const [key, neighbours] of found) known.get(hop)!.set(key, neighbours ?? []);
    };
    await Promise.all(keys.length === 0 ? [] : hops.map(among));
    return known;
  }
  const where = or([...fieldOf.values()].map((by) => leadsSomewhere(model, by)));
  const part = keysPart(graphName(type), knownIn(guardedNodes(model, type, where), run), maxKeys + 1, (whole) =>
    hops.map(({ write }) => write(whole)),
  );
  const found = limited(
    name,
    (await graph.load({ kind: 'root', part })) as { readonly id: string; readonly [hop: string]: unknown }[],
    maxKeys,
  );
  for (const node of found)
    if (type.home === 'node' || isKey(type, node.id)) for (const { hop } of hops) known.get(hop)!.set(node.id, node[hop] as Neighbour[]);
  return known;
};

/** The guard of a hop to nodes; rows are guarded where they are joined. */
const seen = (model: GuardedModel, { target: name }: RelationshipField, part: GraphPart, run: Run): string => {
  const target = model.types.get(name)!;
  if (target.home === 'table') return '';
  const predicate = guardedNodes(model, target, TRUE);
  return predicate.kind === 'true' ? '' : `(where: ${part.bind(graphWhere(knownIn(predicate, run)), `${name}Where`)})`;
};

const leadsSomewhere = (model: GuardedModel, by: RelationshipField): Predicate => ({
  kind: 'related',
  by,
  quantifier: 'some',
  end: 'target',
  target: model.types.get(by.target)!,
  of: TRUE,
});

/** A sort key by the targets of a hop. */
export const hopSortKey = (
  { model, maxKeys }: ForeignLoaders,
  { field, of }: HopSortKey,
  name: string,
  neighbours: Neighbours,
): SortKeyValues => {
  const target = model.types.get(field.target)!;
  const keysOf = (found: readonly Neighbour[]) => [...new Set(found.map(({ id }) => id))];
  const valuesOf = (found: readonly Neighbour[]): SortKeyValues['values'] => {
    if (target.home === 'table') return keysOf(found).filter((key) => isKey(target, key));
    return of ? found.map((neighbour) => neighbour[of.name] as SortKeyValues['values'][number]) : [keysOf(found).length];
  };
  const pairs = limited(
    name,
    [...neighbours].flatMap(([key, found]) => valuesOf(found).map((value) => [key, value] as const)),
    maxKeys,
  );
  return { keys: pairs.map(([key]) => key), values: pairs.map(([, value]) => value) };
};
