import type { RelationalStore } from '../types.js';

/**
 * Tables of the embedded vector store: what a collection holds is in `params`, as Qdrant's createCollection takes it, and
 * the kinds of its payload indexes in `indexes`. A point's dense vectors and its weighted words stand each in a table of
 * their own, by name; the unnamed vector's name is empty.
 */
const TABLES = `
  CREATE EXTENSION IF NOT EXISTS vector;
  CREATE TABLE IF NOT EXISTS collections (name text PRIMARY KEY, params jsonb NOT NULL, indexes jsonb NOT NULL DEFAULT '{}');
  CREATE TABLE IF NOT EXISTS points (
    collection text NOT NULL REFERENCES collections ON DELETE CASCADE,
    id text NOT NULL, numeric_id boolean NOT NULL, payload jsonb NOT NULL DEFAULT '{}',
    PRIMARY KEY (collection, id));
  CREATE TABLE IF NOT EXISTS vectors (
    collection text NOT NULL, name text NOT NULL, id text NOT NULL, vector vector NOT NULL,
    PRIMARY KEY (collection, id, name), FOREIGN KEY (collection, id) REFERENCES points ON DELETE CASCADE);
  CREATE TABLE IF NOT EXISTS sparse_vectors (
    collection text NOT NULL, name text NOT NULL, id text NOT NULL, indices bigint[] NOT NULL, weights real[] NOT NULL,
    PRIMARY KEY (collection, id, name), FOREIGN KEY (collection, id) REFERENCES points ON DELETE CASCADE);`;

/** Folders made before points had several vectors hold the unnamed one in the point's row. */
const FROM_ONE_VECTOR = `
  ALTER TABLE collections ADD COLUMN params jsonb, ADD COLUMN indexes jsonb NOT NULL DEFAULT '{}';
  UPDATE collections SET params = jsonb_build_object('vectors', jsonb_build_object('size', size, 'distance', distance));
  ALTER TABLE collections ALTER COLUMN params SET NOT NULL, DROP COLUMN size, DROP COLUMN distance;`;
const DISTANCE = `(SELECT params->'vectors'->>'distance' FROM collections WHERE name = collection)`;
const MOVE_VECTORS = `
  INSERT INTO vectors SELECT collection, '', id, CASE ${DISTANCE} WHEN 'Cosine' THEN l2_normalize(vector) ELSE vector END FROM points;
  ALTER TABLE points DROP COLUMN vector;`;

/** Makes the tables, and brings older ones into this form, all or nothing. Repeatable. */
export const prepareTables = async (database: RelationalStore): Promise<void> => {
  const old = await database.read({
    text: `SELECT 1 FROM information_schema.columns WHERE table_name = 'points' AND column_name = 'vector'`,
  });
  await database.script(old.length === 0 ? TABLES : `BEGIN; ${FROM_ONE_VECTOR} ${TABLES} ${MOVE_VECTORS} COMMIT;`);
};
