import { quoteLabel } from '../../model/names.js';
import type { GraphStore, RelationalStore } from '../../stores/types.js';
import type { LiveTable } from './catalog.js';
import type { LiveGraph, LiveLabel } from './graph-catalog.js';
import { matchTexts, share, type KeyedTable, type KeyMatch } from './key-matches.js';
import type { LiveCollection } from './vector-catalog.js';

/** Nodes whose ids are compared with keys. */
const SAMPLE = 1_000;

/** Labels whose nodes have the keys of a table's rows as their ids. */
export const findLabelLinks = async (
  graph: GraphStore,
  relational: RelationalStore,
  { labels }: LiveGraph,
  keyed: readonly KeyedTable[],
): Promise<ReadonlyMap<string, KeyMatch>> => {
  const found = new Map<string, KeyMatch>();
  for (const { name } of labels) {
    const { records } = await graph.read.run(
      `MATCH (n:${quoteLabel(name)}) WHERE n.id IS NOT NULL WITH n LIMIT ${SAMPLE} RETURN toString(n.id) AS id`,
    );
    const match = await matchTexts(
      relational,
      records.map((record) => String(record.get('id'))),
      keyed,
    );
    if (match) found.set(name, match);
  }
  return found;
};

/** The directive that would make nodes of a label those of a table's rows, and its evidence. */
export const labelNote = ({ name }: LiveLabel, match: KeyMatch, shortName: string): string =>
  `likely: @node(labels: [${JSON.stringify(name)}])  (${share(match)} nodes ${name} have a key of ${shortName} as their id)`;

/** What a collection and a table share. */
export interface CollectionLink {
  readonly table: LiveTable;
  readonly note: string;
}

/** Collections whose point ids, or payloads, hold keys of a table, and columns that hold ids of points. */
export const findCollectionLinks = async (
  relational: RelationalStore,
  collections: readonly LiveCollection[],
  tables: readonly LiveTable[],
  keyed: readonly KeyedTable[],
): Promise<CollectionLink[]> => {
  const found: CollectionLink[] = [];
  for (const { name, ids, payload } of collections) {
    const byId = await matchTexts(relational, ids, keyed);
    if (byId)
      found.push({
        table: byId.table,
        note: `likely: @embedding(collection: ${JSON.stringify(name)}, of: [...])  (${share(byId)} points have its key as their id)`,
      });
    for (const [key, { texts }] of payload) {
      const match = await matchTexts(
        relational,
        texts,
        keyed.filter(({ key: { sqlType } }) => sqlType === 'uuid' || key.endsWith('_id')),
      );
      if (match)
        found.push({
          table: match.table,
          // A key that several points have is that of something they belong to.
          note:
            texts.length > 1 && new Set(texts).size === texts.length
              ? `likely: @embedding(collection: ${JSON.stringify(name)}, of: [...], pointKey: ${JSON.stringify(key)})  ` +
                `(${share(match)} points have its key as ${key} in their payload)`
              : `likely: ${key} in the payload of collection ${name} is its key  (${share(match)} points)`,
        });
    }
    for (const { table, column } of pointColumns(tables)) {
      const match = await matchPoints(relational, table, column, ids);
      if (match !== undefined)
        found.push({ table, note: `likely: ${column} is the id of a point in collection ${name}  (${share(match)} sampled points)` });
    }
  }
  return found;
};

/** Columns whose name says that they hold the id of a point: qdrant_point_id, vector_id. */
const pointColumns = (tables: readonly LiveTable[]): { readonly table: LiveTable; readonly column: string }[] =>
  tables.flatMap((table) =>
    table.columns
      .filter(({ name, sqlType }) => /(point|qdrant|vector)\w*_id$/.test(name) && ['uuid', 'text', 'character varying'].includes(sqlType))
      .map(({ name }) => ({ table, column: name })),
  );

const matchPoints = async (relational: RelationalStore, table: LiveTable, column: string, ids: readonly string[]) => {
  const live = table.columns.find(({ name }) => name === column)!;
  // The column is asked as if it were a key.
  const match = await matchTexts(relational, ids, [{ table, key: live }]);
  return match && { matched: match.matched, of: match.of };
};
