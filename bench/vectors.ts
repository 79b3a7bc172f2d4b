import { createHash } from 'node:crypto';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readConfig } from '../src/config.js';
import { pointColumns, writePoints } from '../src/mutate/points.js';
import { createSilentLog } from '../src/log.js';
import { embeddedTypes, type EmbeddedType } from '../src/model/types.js';
import { migrateVectors } from '../src/operations/migrate.js';
import { openEngine } from '../src/operations/open-engine.js';
import { system } from '../src/sql/source.js';
import { quoteName } from '../src/sql/statement.js';
import type { Embedder } from '../src/stores/types.js';
import { key } from './keys.js';

/** One requirement in ten has a vector: a search reads all of them. */
const VECTORS = 10_000;
const BLOCK = 500;

/** Points of another form would be written again by the gateway when it starts. */
const contentOf = ({ embedding }: EmbeddedType): string =>
  createHash('sha256')
    .update(readFileSync(fileURLToPath(import.meta.url)))
    .update(embedding.form)
    .digest('hex');

/**
 * A data folder whose embedded vector store holds the vectors, as the gateway itself writes them. One process at a time may open it:
 * each takes a copy.
 */
export const fillVectors = async (
  folder: string,
  urls: { readonly database: string; readonly graph: string },
  say: (line: string) => void,
): Promise<string> => {
  const path = join(folder, 'vectors');
  const note = join(folder, 'vectors.content');
  const open = () => openEngine(readConfig({ data: path }, { DATABASE_URL: urls.database, NEO4J_URL: urls.graph }), createSilentLog());
  let engine = await open();
  try {
    const type = embeddedTypes(engine.model).find(({ name }) => name === 'Requirement')!;
    const content = contentOf(type);
    if (existsSync(note) && readFileSync(note, 'utf8') === content) return path;
    say('Filling the vectors, once.');
    await engine.stores.close();
    rmSync(path, { recursive: true, force: true });
    engine = await open();
    await migrateVectors(engine);
    const embedder = nearTitles(engine.embedder);
    const columns = [...new Set(pointColumns(type))];
    const [keyColumn] = type.table.key;
    const keys = Array.from({ length: VECTORS }, (_, index) => key('requirement', index * 10));
    for (let start = 0; start < keys.length; start += BLOCK) {
      const text = `SELECT ${[keyColumn!.name, ...columns].map((name) => `${quoteName(name)}::text`).join(', ')}
        FROM ${system(type.table)} WHERE ${quoteName(keyColumn!.name)} = ANY($1)`;
      const rows = await engine.stores.relational.read({ text, values: [keys.slice(start, start + BLOCK)] });
      await writePoints(
        { ...engine, embedder },
        type,
        rows.map(([rowKey, ...values]) => ({ key: rowKey!, values: new Map(columns.map((name, index) => [name, values[index] ?? null])) })),
      );
    }
    writeFileSync(note, content);
    return path;
  } finally {
    await engine.stores.close();
  }
};

/** Vectors near that of a text's first line, the title, of which there are few: embedding 10,000 texts would take minutes. */
const nearTitles = (embedder: Embedder): Embedder => {
  const titles = new Map<string, number[]>();
  return {
    ...embedder,
    embed: async (texts) => {
      const vectors: number[][] = [];
      for (const text of texts) {
        const title = text.split('\n')[0]!;
        if (!titles.has(title)) titles.set(title, (await embedder.embed([title]))[0]!);
        vectors.push(near(titles.get(title)!, text));
      }
      return vectors;
    },
  };
};

/** A vector near another, the same for the same text. */
const near = (vector: readonly number[], text: string): number[] => {
  const length = Math.hypot(...vector);
  const noise = createHash('shake256', { outputLength: vector.length }).update(text).digest();
  return vector.map((value, index) => Number((value / length + (noise[index]! / 255 - 0.5) * 0.04).toFixed(5)));
};
