import type { RequestContext } from '../src/context.js';
import type { EntityType } from '../src/model/types.js';
import { graphName } from '../src/model/types.js';
import { nodesPart } from '../src/plan/graph-part.js';
import { KEY } from '../src/plan/row.js';
import type { Selection } from '../src/plan/selection.js';
import { isKey } from '../src/plan/sql.js';
import { nodeId, type NodeRef } from '../src/plan/traversal.js';

/** Fields whose text names a row or node in a drawing, the first that its type has. */
const NAMES = ['name', 'identifier', 'title', 'username', 'filename'];

const nameField = (type: EntityType) => {
  for (const name of NAMES) {
    const field = type.fields.get(name);
    if ((field?.kind === 'column' || field?.kind === 'property') && field.scalar === 'String' && !field.list) return field;
  }
  return undefined;
};

/** What nodes are called, from their home stores, one statement each; a node without a name by its key, one that is gone null. */
export const nodeNames = async (context: RequestContext, nodes: readonly NodeRef[]): Promise<(string | null)[]> => {
  const types = [...new Set(nodes.map(({ type }) => type))].flatMap((name) => (name === null ? [] : (context.engine.model.types.get(name) ?? [])));
  const found = new Map<string, string>();
  await Promise.all(
    types.map(async (type) => {
      const keys = nodes.filter((node) => node.type === type.name).map(({ key }) => key);
      for (const [key, name] of await namesOf(context, type, keys)) found.set(nodeId({ type: type.name, key }), name ?? key);
    }),
  );
  return nodes.map((node) => found.get(nodeId(node)) ?? null);
};

const namesOf = async (context: RequestContext, type: EntityType, keys: readonly string[]): Promise<(readonly [string, string | null])[]> => {
  const field = nameField(type);
  if (type.home === 'table') {
    const fields: Selection['fields'] = field?.kind === 'column' ? [{ kind: 'column', responseKey: 'label', field }] : [];
    const sound = keys.filter((key) => isKey(type, key));
    if (sound.length === 0) return [];
    const rows = await context.rows.load({ selection: { type, fields }, entry: { kind: 'keys', keys: sound } });
    return rows.map(({ row }) => [row[KEY]!, (row['label'] ?? null) as string | null]);
  }
  const part = nodesPart(graphName(type), keys, () => (field ? `label: ${field.name}` : ''));
  const found = (await context.graph.load({ kind: 'root', part })) as { id: string; label?: string | null }[];
  return found.map(({ id, label }) => [id, label ?? null]);
};
