import type { LiveTable } from './catalog.js';
import { linkNote } from './column-links.js';
import { domainsOf, nameOf, tableId } from './domains.js';
import { draftNodes, GRAPH_DOMAIN, labelId } from './draft-nodes.js';
import { draftTables, shortName, type LeftOut } from './draft-tables.js';
import type { Draft } from './draft.js';
import { typeNameOf } from './names.js';
import type { Naming } from './naming.js';
import type { Overrides } from './overrides.js';
import { labelNote } from './store-links.js';
import { isLeftOut, said, type Survey } from './survey.js';
import type { LiveCollection } from './vector-catalog.js';

/** Labels that have a type already, whatever the evidence is today. */
export interface KnownLabels {
  /** Of node-home types that were written the last time. */
  readonly nodes: ReadonlySet<string>;
  /** Of tables' types, where a person has agreed. */
  readonly rows: ReadonlySet<string>;
}

/** The draft of a schema for all that was found, with the columns that are in no type. */
export const draftOf = (
  found: Survey,
  naming: Naming,
  overrides: Overrides,
  known: KnownLabels,
): { readonly draft: Draft; readonly leftOut: readonly LeftOut[] } => {
  const { tables, graph, labelLinks, columnLinks, collectionLinks, collections } = found;
  naming.begin([...tables.map(tableId), ...graph.labels.map(({ name }) => labelId(name))]);
  const typeName = (table: LiveTable): string => naming.type(tableId(table), typeNameOf(table.name));
  const links = new Map([...labelLinks].filter(([label]) => !known.nodes.has(label)));
  const linked = (table: LiveTable) => graph.labels.filter(({ name }) => links.get(name)?.table === table);
  const domains = domainsOf(tables, (table) => (overrides.domains.get(shortName(table)) ?? overrides.domains.get(nameOf(table)))?.name);
  const relational = draftTables(tables, {
    naming,
    domains,
    isShown: (table, column) => said(overrides, table, column),
    notes: (table) => [
      ...columnLinks.filter((link) => link.table === table).map((link) => linkNote(link, typeName, shortName)),
      ...linked(table).map((label) => labelNote(label, links.get(label.name)!, shortName(table))),
      ...collectionLinks.filter((link) => link.table === table).map(({ note }) => note),
    ],
  });
  const nodes = draftNodes(graph, {
    naming,
    isShown: ({ name }) => known.nodes.has(name) || !(links.has(name) || known.rows.has(name)),
    isPropertyShown: (label, property) => {
      const name = `${label}.${property}`;
      return isLeftOut(overrides, name) ? false : overrides.show.has(name) || undefined;
    },
    tableType: (label) => {
      const table = links.get(label)?.table;
      return table && typeName(table);
    },
  });
  const types = relational.types.map((type) => {
    const labels = graph.labels.filter(({ name }) => links.has(name) && tableId(links.get(name)!.table) === type.id);
    return { ...type, notes: [...type.notes, ...labels.flatMap(({ name }) => nodes.rowNotes.get(name) ?? [])] };
  });
  const notes = new Map([
    ...(nodes.notes.length > 0 ? [[GRAPH_DOMAIN, nodes.notes] as const] : []),
    ...(collections.length > 0 ? [['vectors', collections.map(collectionNote)] as const] : []),
  ]);
  return {
    draft: { types: [...types, ...nodes.types], enums: relational.enums, notes },
    leftOut: [...relational.leftOut, ...nodes.leftOut],
  };
};

const collectionNote = ({ name, points, vectors, payload }: LiveCollection): string => {
  const held = vectors.map((vector) => `${vector.name === '' ? '' : `${vector.name}: `}${vector.size} dimensions, ${vector.distance}`);
  const keys = [...payload].map(([key, { kind }]) => `${key} (${kind})`);
  return `collection ${name}: ${points.toLocaleString('en')} points; ${held.join('; ')}; payload: ${keys.join(', ') || 'none'}`;
};
