import type { Fault } from '../../model/faults.js';
import type { Stores } from '../../stores/types.js';
import { readTables, type LiveColumn, type LiveTable } from './catalog.js';
import { findColumnLinks, linkNote, type ColumnLink } from './column-links.js';
import { domainsOf, nameOf } from './domains.js';
import { draftNodes, GRAPH_DOMAIN, labelId } from './draft-nodes.js';
import { draftTables, shortName, tableId, type LeftOut } from './draft-tables.js';
import type { Draft } from './draft.js';
import { readGraph, type LiveGraph } from './graph-catalog.js';
import { keyedTables, type KeyMatch } from './key-matches.js';
import { typeNameOf } from './names.js';
import type { Naming } from './naming.js';
import type { Overrides } from './overrides.js';
import { looksSecret } from './secrets.js';
import { findCollectionLinks, findLabelLinks, labelNote, type CollectionLink } from './store-links.js';
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

const isLeftOut = (overrides: Overrides, ...names: readonly string[]): boolean => names.some((name) => overrides.leaveOut.has(name));

/** Whether a person has said that a column is shown, or not; undefined where nobody has said anything. */
const said = (overrides: Overrides, table: LiveTable, { name }: LiveColumn): boolean | undefined => {
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
  const columnNames = new Set(
    tables.flatMap((table) => table.columns.flatMap(({ name }) => [`${shortName(table)}.${name}`, `${nameOf(table)}.${name}`])),
  );
  return [
    ...[...overrides.names].filter(([id]) => !ids.has(id)).map(([id, { place }]) => ({ place, message: `there is no ${id}` })),
    ...[...overrides.domains]
      .filter(([name]) => !known.has(name))
      .map(([name, { place }]) => ({ place, message: `there is no table ${name}` })),
    ...[...overrides.show]
      .filter(([name]) => !columnNames.has(name))
      .map(([name, place]) => ({ place, message: `there is no column ${name}` })),
  ];
};

/** The draft of a schema for all that was found, with the columns that are in no type. */
export const draftOf = (
  found: Survey,
  naming: Naming,
  overrides: Overrides,
): { readonly draft: Draft; readonly leftOut: readonly LeftOut[] } => {
  const { tables, graph, labelLinks, columnLinks, collectionLinks, collections } = found;
  naming.begin([...tables.map(tableId), ...graph.labels.map(({ name }) => labelId(name))]);
  const typeName = (table: LiveTable): string => naming.type(tableId(table), typeNameOf(table.name));
  const linked = (table: LiveTable) => graph.labels.filter(({ name }) => labelLinks.get(name)?.table === table);
  const domains = domainsOf(tables, (table) => (overrides.domains.get(shortName(table)) ?? overrides.domains.get(nameOf(table)))?.name);
  const rowNotes = new Map<string, readonly string[]>();
  const relational = draftTables(tables, {
    naming,
    domains,
    isShown: (table, column) => said(overrides, table, column),
    notes: (table) => [
      ...columnLinks.filter((link) => link.table === table).map((link) => linkNote(link, typeName, shortName)),
      ...linked(table).map((label) => labelNote(label, labelLinks.get(label.name)!, shortName(table))),
      ...collectionLinks.filter((link) => link.table === table).map(({ note }) => note),
    ],
  });
  const nodes = draftNodes(graph, {
    naming,
    isShown: ({ name }) => !labelLinks.has(name),
    tableType: (label) => {
      const table = labelLinks.get(label)?.table;
      return table && typeName(table);
    },
  });
  for (const [label, lines] of nodes.rowNotes) rowNotes.set(label, lines);
  const types = relational.types.map((type) => {
    const labels = graph.labels.filter(({ name }) => labelLinks.has(name) && tableId(labelLinks.get(name)!.table) === type.id);
    return { ...type, notes: [...type.notes, ...labels.flatMap(({ name }) => rowNotes.get(name) ?? [])] };
  });
  const notes = new Map([
    ...(nodes.notes.length > 0 ? [[GRAPH_DOMAIN, nodes.notes] as const] : []),
    ...(collections.length > 0 ? [['vectors', collections.map(collectionNote)] as const] : []),
  ]);
  return { draft: { types: [...types, ...nodes.types], enums: relational.enums, notes }, leftOut: relational.leftOut };
};

const collectionNote = ({ name, points, vectors, payload }: LiveCollection): string => {
  const held = vectors.map((vector) => `${vector.name === '' ? '' : `${vector.name}: `}${vector.size} dimensions, ${vector.distance}`);
  const keys = [...payload].map(([key, { kind }]) => `${key} (${kind})`);
  return `collection ${name}: ${points.toLocaleString('en')} points; ${held.join('; ')}; payload: ${keys.join(', ') || 'none'}`;
};
