import { FORM_KEY, KEYWORDS, MODEL_KEY } from '../model/embedding.js';
import type { ColumnField, EmbeddedType } from '../model/types.js';
import { keywordsOf } from '../vector/keywords.js';
import { payloadValue } from '../vector/payload.js';
import type { Engine } from '../engine.js';
import { embeddedText } from '../vector/text.js';

/** A row to write as a point: its key, and the texts of the columns of `pointColumns`. */
export interface PointRow {
  readonly key: string;
  readonly values: ReadonlyMap<string, string | null>;
}

/** The columns of a point. */
export const pointColumns = (type: EmbeddedType): string[] => {
  const { vectors, keywords, payload } = type.embedding;
  return [
    ...[...vectors.flatMap(({ of }) => of), ...keywords].map((name) => columnOf(type, name)),
    ...payload.map(({ column }) => column.name),
  ];
};

const columnOf = (type: EmbeddedType, name: string): string => (type.fields.get(name) as ColumnField).column.name;

/**
 * Writes these rows as points with their vectors, keywords and payload. A row without any text to embed gets no point; one without
 * the text of one of its vectors lacks that vector.
 */
export const writePoints = async ({ stores, embedder }: Engine, type: EmbeddedType, rows: readonly PointRow[]): Promise<void> => {
  const { collection, vectors, keywords, payload, form } = type.embedding;
  const texts = rows.map((row) => {
    const textOf = (names: readonly string[]): string => embeddedText(names.map((name) => row.values.get(columnOf(type, name)) ?? null));
    return { row, of: vectors.map(({ name, of }) => ({ name, text: textOf(of) })), keywords: textOf(keywords) };
  });
  const isEmpty = ({ of }: (typeof texts)[number]): boolean => of.every(({ text }) => text.trim() === '');
  const empty = texts.filter(isEmpty).map(({ row }) => row.key);
  if (empty.length > 0) await stores.vector.client.delete(collection, { wait: true, points: empty });
  const filled = texts.filter((one) => !isEmpty(one));
  if (filled.length === 0) return;
  const embedded = filled.flatMap(({ of }) => of.filter(({ text }) => text.trim() !== ''));
  const made = await embedder.embed(embedded.map(({ text }) => text));
  const vectorOf = new Map(embedded.map((one, index) => [one, made[index]!]));
  await stores.vector.client.upsert(collection, {
    wait: true,
    points: filled.map(({ row, of, keywords: words }) => ({
      id: row.key,
      // The unnamed vector has an empty name.
      vector: {
        ...Object.fromEntries(of.flatMap((one) => (vectorOf.has(one) ? [[one.name, vectorOf.get(one)!]] : []))),
        ...(words.trim() === '' ? {} : { [KEYWORDS]: keywordsOf(words) }),
      },
      payload: {
        [MODEL_KEY]: embedder.model,
        [FORM_KEY]: form,
        ...Object.fromEntries(
          payload.flatMap((field) => {
            const text = row.values.get(field.column.name) ?? null;
            return text === null ? [] : [[field.name, payloadValue(field, text)]];
          }),
        ),
      },
    })),
  });
};
