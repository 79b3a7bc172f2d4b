import type { Engine } from '../engine.js';
import { KEYWORDS, MODEL_KEY } from '../model/embedding.js';
import { searchedTypes } from '../model/types.js';
import { quoteName } from '../sql/statement.js';
import { keywordsOf } from '../vector/keywords.js';
import type { DemoPoint } from './demo/types.js';

/** Points written by one request. */
const BLOCK = 128;

/** Writes points as ODRAS does, into the collections of the schema. Where one has an id of its own, its row gets to know it. */
export const writeOdrasPoints = async ({ model, stores, embedder }: Engine, points: readonly DemoPoint[]): Promise<void> => {
  const { client } = stores.vector;
  const types = new Map(
    searchedTypes(model).map((type) => [`${type.embedding.collection} ${type.home === 'table' ? type.table.name : ''}`, type]),
  );
  const wanted = points.flatMap((point) => {
    const type = types.get(`${point.collection} ${point.table ?? ''}`);
    // A schema of one's own may leave it out, or have its vectors otherwise.
    const isSame = type && (type.home === 'collection' || type.embedding.points) && type.embedding.vectors[0].name === '';
    return isSame ? [{ ...point, type }] : [];
  });
  for (let start = 0; start < wanted.length; start += BLOCK) {
    const block = wanted.slice(start, start + BLOCK);
    const vectors = await embedder.embed(block.map(({ text }) => text));
    for (const collection of new Set(block.map((point) => point.collection))) {
      const own = block.flatMap((point, index) => (point.collection === collection ? [{ ...point, vector: vectors[index]! }] : []));
      const replaced = own.flatMap(({ savedIn }) => savedIn ?? []);
      if (replaced.length > 0) await client.delete(collection, { wait: true, points: replaced });
      await client.upsert(collection, {
        wait: true,
        points: own.map(({ id, text, vector, payload, type }) => ({
          id,
          // ODRAS has no keywords, but a search by them shall find these texts as well.
          vector: type.embedding.keywords.length === 0 ? vector : { '': vector, [KEYWORDS]: keywordsOf(text) },
          payload: { ...payload, [MODEL_KEY]: embedder.model },
        })),
      });
    }
  }
  const saved = wanted.filter(({ savedIn }) => savedIn !== undefined);
  for (const table of new Set(saved.flatMap((point) => point.table ?? [])))
    await stores.relational.pool.query(
      `UPDATE ${quoteName(table)} SET qdrant_point_id = given.point FROM unnest($1::uuid[], $2::uuid[]) AS given(id, point) ` +
        `WHERE ${quoteName(table)}.id = given.id`,
      [saved.map(({ savedIn }) => savedIn), saved.map(({ id }) => id)],
    );
};
