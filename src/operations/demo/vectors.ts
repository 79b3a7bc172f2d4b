import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import type { Embedder } from '../../stores/types.js';

/** Bytes of a text's hash in the file, before its vector of 32-bit floats, little-endian. */
const HASH_BYTES = 16;

const hashOf = (text: string): Buffer => createHash('sha256').update(text).digest().subarray(0, HASH_BYTES);

/**
 * An embedder that knows the vectors of the demonstration texts beforehand, so that a first start need not compute 783 of
 * them. Each was made by the same model from the same text; a text it does not know goes to the model.
 */
export const withKnownVectors = (embedder: Embedder, file: URL): Embedder => {
  // Most starts embed nothing, so the file is read when something is.
  let known: KnownVectors | undefined;
  return {
    ...embedder,
    embed: async (texts) => {
      const vectorOf = (known ??= readVectors(file, embedder));
      const vectors = texts.map((text) => vectorOf(text));
      const unknown = texts.filter((_, index) => vectors[index] === undefined);
      const computed = unknown.length === 0 ? [] : await embedder.embed(unknown);
      return vectors.map((vector) => vector ?? computed.shift()!);
    },
  };
};

type KnownVectors = (text: string) => number[] | undefined;

/** The file starts with the model's name and a newline; the vectors of another model are not used. */
const readVectors = (path: URL, { model, size }: Embedder): KnownVectors => {
  const file = existsSync(path) ? readFileSync(path) : Buffer.alloc(0);
  const start = file.indexOf('\n') + 1;
  const places = new Map<string, number>();
  const record = HASH_BYTES + size * 4;
  if (start > 0 && file.toString('utf8', 0, start - 1) === model) {
    for (let at = start; at + record <= file.length; at += record) places.set(file.toString('hex', at, at + HASH_BYTES), at + HASH_BYTES);
  }
  return (text) => {
    const place = places.get(hashOf(text).toString('hex'));
    return place === undefined ? undefined : Array.from({ length: size }, (_, index) => file.readFloatLE(place + index * 4));
  };
};

/** The file for these texts, in the order of their hashes. */
export const vectorsFile = async (embedder: Embedder, texts: readonly string[]): Promise<Buffer> => {
  const vectors = await embedder.embed(texts);
  const records = texts.map((text, index) => {
    const floats = Buffer.alloc(embedder.size * 4);
    vectors[index]!.forEach((value, position) => floats.writeFloatLE(value, position * 4));
    return Buffer.concat([hashOf(text), floats]);
  });
  return Buffer.concat([Buffer.from(`${embedder.model}\n`), ...records.sort((one, other) => Buffer.compare(one, other))]);
};
