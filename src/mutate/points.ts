import { FORM_KEY, KEYWORDS, MODEL_KEY } from '../model/embedding.js';
import type { ColumnField } from '../model/fields.js';
import type { EmbeddedType } from '../model/types.js';
import { keywordsOf } from '../vector/keywords.js';
import { payloadValue } from '../vector/payload.js';
import type { Engine } from '../engine.js';
import { embeddedText } from '../vector/text.js';
import { placesOf, removePoints, type PointRow } from './point-places.js';

/** The columns of a point. */
export const pointColumns = (type: EmbeddedType): string[] => {
  const { vectors, keywords, payload, points } = type.embedding;
  return [
    ...(points?.id ? [points.id.column.name] : []),
    ...[...vectors.flatMap(({ of }) => of), ...keywords].map((name) => columnOf(type, name)),
    ...payload.map(({ column }) => column.name),
  ];
};

const columnOf = (type: EmbeddedType, name: string): string => (type.fields.get(name) as ColumnField).column.name;

/**
 * Writes these rows as points with their vectors, keywords and payload. A row without any text to embed gets no point; one without
 * the text of one of its vectors lacks that vector.
 */
export const writePoints = async (engine: Engine, type: EmbeddedType, rows: readonly PointRow[]): Promise<void> => {
  const { stores, embedder } = engine;
  const { collection, vectors, keywords, payload, form } = type.embedding;
  const texts = rows.map((row) => {
    const textOf = (names: readonly string[]): string => embeddedText(names.map((name) => row.values.get(columnOf(type, name)) ?? null));
    return { row, of: vectors.map(({ name, of }) => ({ name, text: textOf(of) })), keywords: textOf(keywords) };
  });
  const isEmpty = ({ of }: (typeof texts)[number]): boolean => of.every(({ text }) => text.trim() === '');
  const empty = texts.filter(isEmpty).map(({ row }) => row);
  if (empty.length > 0) await removePoints(stores.vector.client, type, empty);
  const filled = texts.filter((one) => !isEmpty(one));
  if (filled.length === 0) return;
  const embedded = filled.flatMap(({ of }) => of.filter(({ text }) => text.trim() !== ''));
  const made = await embedder.embed(embedded.map(({ text }) => text));
  const vectorOf = new Map(embedded.map((one, index) => [one, made[index]!]));
  const places = await placesOf(
    stores.vector.client,
    type,
    filled.map(({ row }) => row),
  );
  await stores.vector.client.upsert(collection, {
    wait: true,
    points: filled.map(({ row, of, keywords: words }, index) => ({
      id: places[index]!.id,
      // The unnamed vector has an empty name.
      vector: {
        ...Object.fromEntries(of.flatMap((one) => (vectorOf.has(one) ? [[one.name, vectorOf.get(one)!]] : []))),
        ...(words.trim() === '' ? {} : { [KEYWORDS]: keywordsOf(words) }),
      },
      payload: {
        ...places[index]!.payload,
        [MODEL_KEY]: embedder.model,
        [FORM_KEY]: form,
        ...Object.fromEntries(
          payload.flatMap((field) => {
            const text = row.values.get(field.column.name) ?? null;
            return text === null ? [] : [[field.key, payloadValue(field, text)]];
          }),
        ),
      },
    })),
  });
};
