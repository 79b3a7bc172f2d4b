import type { Fault } from '../../model/faults.js';
import type { Stores } from '../../stores/types.js';
import { readTables, type LiveColumn, type LiveTable } from './catalog.js';
import { findColumnLinks, type ColumnLink } from './column-links.js';
import { nameOf, tableId } from './domains.js';
import { labelId } from './draft-nodes.js';
import { shortName } from './draft-tables.js';
import { readGraph, type LiveGraph } from './graph-catalog.js';
import { keyedTables, type KeyMatch } from './key-matches.js';
import type { Overrides } from './overrides.js';
import { looksSecret } from './secrets.js';
import { findCollectionLinks, findLabelLinks, type CollectionLink } from './store-links.js';
import { readCollections, type LiveCollection } from './vector-catalog.js';

/** What the stores hold, and what in one of them seems to belong to what in another. */
export interface Survey {
  readonly tables: readonly LiveTable[];
  readonly graph: LiveGraph;
  readonly collections: readonly LiveCollection[];
  readonly columnLinks: readonly ColumnLink[];
  readonly labelLinks: ReadonlyMap<string, KeyMatch>;
  readonly collectionLinks: readonly CollectionLink[];
}

export const isLeftOut = (overrides: Overrides, ...names: readonly string[]): boolean => names.some((name) => overrides.leaveOut.has(name));

/** Whether a person has said that a column is shown, or not; undefined where nobody has said anything. */
export const said = (overrides: Overrides, table: LiveTable, { name }: LiveColumn): boolean | undefined => {
  const names = [`${shortName(table)}.${name}`, `${nameOf(table)}.${name}`];
  if (isLeftOut(overrides, ...names)) return false;
  return names.some((each) => overrides.show.has(each)) || undefined;
};

/** Reads all stores. */
export const survey = async ({ relational, graph: store, vector }: Stores, overrides: Overrides): Promise<Survey> => {
  const all = await readTables(relational);
  const tables = all.filter((table) => !isLeftOut(overrides, shortName(table), nameOf(table)));
  const found = await readGraph(store);
  const graph = { ...found, labels: found.labels.filter(({ name }) => !isLeftOut(overrides, `:${name}`)) };
  const collections = await readCollections(vector);
  const isShown = (table: LiveTable, column: LiveColumn): boolean => {
    const given = said(overrides, table, column);
    return given !== false && (given === true || !looksSecret(table, column));
  };
  const keyed = keyedTables(tables).filter(({ table, key }) => isShown(table, key));
  return {
    tables,
    graph,
    collections,
    columnLinks: await findColumnLinks(relational, tables, keyed, isShown),
    labelLinks: await findLabelLinks(store, relational, graph, keyed),
    collectionLinks: await findCollectionLinks(relational, collections, tables, keyed),
  };
};

/** Names in the override file that nothing in the stores has. */
export const unknownNames = ({ tables, graph }: Survey, overrides: Overrides): Fault[] => {
  const columns = new Set(tables.flatMap((table) => table.columns.map(({ name }) => `${tableId(table)} ${name}`)));
  const properties = new Set(graph.labels.flatMap((label) => label.properties.map(({ name }) => `${labelId(label.name)} ${name}`)));
  const ids = new Set([...tables.map(tableId), ...graph.labels.map(({ name }) => labelId(name)), ...columns, ...properties]);
  const known = new Set(tables.flatMap((table) => [shortName(table), nameOf(table)]));
  const shown = new Set([
    ...[...graph.labels, ...[...graph.properties].map(([type, all]) => ({ name: type, properties: all }))].flatMap((label) =>
      label.properties.map(({ name }) => `:${label.name}.${name}`),
    ),
    ...tables.flatMap((table) => table.columns.flatMap(({ name }) => [`${shortName(table)}.${name}`, `${nameOf(table)}.${name}`])),
  ]);
  return [
    ...[...overrides.names].filter(([id]) => !ids.has(id)).map(([id, { place }]) => ({ place, message: `there is no ${id}` })),
    ...[...overrides.domains]
      .filter(([name]) => !known.has(name))
      .map(([name, { place }]) => ({ place, message: `there is no table ${name}` })),
    ...[...overrides.show]
      .filter(([name]) => !shown.has(name))
      .map(([name, place]) => ({ place, message: `there is no column or property ${name}` })),
  ];
};
