import { nodesPart } from '../graph/part.js';
import { nodeId, type NodeRef } from '../graph/traversal.js';
import type { ColumnField, FieldPlan, PropertyField } from '../model/fields.js';
import { graphName, type EntityType } from '../model/types.js';
import type { Selection } from '../query/selection.js';
import { isKey } from '../sql/read.js';
import { KEY } from '../sql/row.js';
import type { ReadStores } from './types.js';

/** Fields whose texts name a row or node in a drawing: the first of these that its type has, several of them together. */
const NAMES = [
  ['name'],
  ['displayName'],
  ['identifier', 'title'],
  ['identifier'],
  ['title'],
  ['username'],
  ['filename'],
  ['content'],
  ['text'],
  ['description'],
];

/** Maximum length of a label, in characters. @default 80 */
const MAX_NAME = 80;

const nameFields = (type: EntityType): (ColumnField | PropertyField)[] => {
  const isText = (field: FieldPlan | undefined): field is ColumnField | PropertyField =>
    ((field?.kind === 'column' && !field.encrypted) || field?.kind === 'property') && field.scalar === 'String' && !field.list;
  for (const names of NAMES) {
    const fields = names.map((name) => type.fields.get(name)).filter(isText);
    if (fields.length === names.length) return fields;
  }
  return [];
};

const nameOf = (texts: readonly unknown[]): string | null => {
  const name = texts
    .filter((text) => typeof text === 'string')
    .join(' ')
    .replace(/\s+/g, ' ')
    .trim();
  return name === '' ? null : name.length > MAX_NAME ? `${name.slice(0, MAX_NAME - 1)}…` : name;
};

/** Labels of nodes, read from their home stores in one statement each: the key if a node has no name, null if it was deleted. */
export const nodeNames = async (stores: ReadStores, nodes: readonly NodeRef[]): Promise<(string | null)[]> => {
  const types = [...new Set(nodes.map(({ type }) => type))].flatMap((name) => (name === null ? [] : (stores.model.types.get(name) ?? [])));
  const found = new Map<string, string>();
  await Promise.all(
    types.map(async (type) => {
      const keys = nodes.filter((node) => node.type === type.name).map(({ key }) => key);
      for (const [key, name] of await namesOf(stores, type, keys)) found.set(nodeId({ type: type.name, key }), name ?? key);
    }),
  );
  return nodes.map((node) => found.get(nodeId(node)) ?? null);
};

const namesOf = async (stores: ReadStores, type: EntityType, keys: readonly string[]): Promise<(readonly [string, string | null])[]> => {
  const fields = nameFields(type);
  if (type.home === 'table') {
    const sound = keys.filter((key) => isKey(type, key));
    if (sound.length === 0) return [];
    const columns = fields.flatMap((field, index): Selection['fields'] =>
      field.kind === 'column' ? [{ kind: 'column', responseKey: `label${index}`, field }] : [],
    );
    const rows = await stores.rows.load({ selection: { type, fields: columns }, query: { kind: 'keys', keys: sound } });
    return rows.map(({ row }) => [row[KEY]!, nameOf(fields.map((_, index) => row[`label${index}`]))]);
  }
  const part = nodesPart(graphName(type), keys, () => fields.map(({ name }, index) => `label${index}: ${name}`).join(' '));
  const found = (await stores.graph.load({ kind: 'root', part })) as ({ id: string } & Record<string, unknown>)[];
  return found.map((node) => [node.id, nameOf(fields.map((_, index) => node[`label${index}`]))]);
};
