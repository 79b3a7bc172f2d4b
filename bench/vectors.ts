import { createHash } from 'node:crypto';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type pg from 'pg';
import { openEmbeddedEmbedder } from '../src/stores/embeddings/embedded.js';
import { openEmbeddedVector } from '../src/stores/vector/embedded.js';
import { key } from './keys.js';

/** One requirement in ten has a vector: a search reads all of them. */
const VECTORS = 10_000;
const BLOCK = 500;

const CONTENT = createHash('sha256').update(readFileSync(fileURLToPath(import.meta.url))).digest('hex');

/** The folder of an embedded vector store that holds the vectors. One process at a time may open it: each takes a copy. */
export const fillVectors = async (folder: string, client: pg.Client, say: (line: string) => void): Promise<string> => {
  const path = join(folder, 'vectors');
  const note = join(folder, 'vectors.content');
  if (existsSync(note) && readFileSync(note, 'utf8') === CONTENT) return path;
  say('Filling the vectors, once.');
  rmSync(path, { recursive: true, force: true });
  const embedder = openEmbeddedEmbedder();
  const store = await openEmbeddedVector({ path });
  await store.client.createCollection('requirements', { vectors: { size: embedder.size, distance: 'Cosine' } });
  const keys = Array.from({ length: VECTORS }, (_, index) => key('requirement', index * 10));
  const titles = new Map<string, number[]>();
  for (let start = 0; start < keys.length; start += BLOCK) {
    const { rows } = await client.query<{ id: string; title: string }>('SELECT requirement_id AS id, requirement_title AS title FROM requirements_enhanced WHERE requirement_id = ANY($1)', [keys.slice(start, start + BLOCK)]);
    for (const { title } of rows) if (!titles.has(title)) titles.set(title, (await embedder.embed([title]))[0]!);
    const points = rows.map(({ id, title }) => ({ id, vector: near(titles.get(title)!, id), payload: { embedding_model: embedder.model } }));
    await store.client.upsert('requirements', { wait: true, points });
  }
  await store.close();
  writeFileSync(note, CONTENT);
  return path;
};

/** A vector near another, the same for the same id: embedding 10,000 texts would take minutes. */
const near = (vector: readonly number[], id: string): number[] => {
  const length = Math.hypot(...vector);
  const noise = createHash('shake256', { outputLength: vector.length }).update(id).digest();
  return vector.map((value, index) => Number((value / length + (noise[index]! / 255 - 0.5) * 0.04).toFixed(5)));
};
