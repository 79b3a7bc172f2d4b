import type { Engine } from '../engine.js';
import { tableTypes } from '../model/types.js';

/**
 * Makes what the schema asks of the graph and vector stores where it is missing: a unique key per label, and the
 * collections. Repeatable; an existing collection is never changed.
 *
 * @returns what was made, for the operator
 */
export const migrate = async ({ model, stores, embedder }: Engine): Promise<string[]> => {
  const made: string[] = [];
  const labels = new Set([...model.types.values()].flatMap((type) => type.node?.labels.slice(0, 1) ?? []));
  for (const label of labels) {
    const name = `${label.toLowerCase().replace(/\W/g, '_')}_id`;
    await stores.graph.write.run(`CREATE CONSTRAINT \`${name}\` IF NOT EXISTS FOR (n:\`${label.replaceAll('`', '``')}\`) REQUIRE n.id IS UNIQUE`);
  }
  const existing = new Set((await stores.vector.client.getCollections()).collections.map(({ name }) => name));
  for (const { embedding } of tableTypes(model)) {
    if (!embedding || existing.has(embedding.collection)) continue;
    await stores.vector.client.createCollection(embedding.collection, { vectors: { size: embedder.size, distance: 'Cosine' } });
    existing.add(embedding.collection);
    made.push(`collection ${embedding.collection}, ${embedder.size} dimensions`);
  }
  return made;
};
