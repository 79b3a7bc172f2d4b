import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import type { Embedder } from '../../stores/types.js';

/** Bytes of a text's hash in the file, before its vector of 32-bit floats, little-endian. */
const HASH_BYTES = 16;

const hashOf = (text: string): Buffer => createHash('sha256').update(text).digest().subarray(0, HASH_BYTES);

/**
 * An embedder that knows the vectors of the demonstration texts beforehand, so that a first start need not compute 712 of
 * them. Each was made by the same model from the same text; a text it does not know goes to the model.
 */
export const withKnownVectors = (embedder: Embedder, file: URL): Embedder => {
  const known = existsSync(file) ? readVectors(readFileSync(file), embedder) : new Map<string, number[]>();
  return {
    ...embedder,
    embed: async (texts) => {
      const vectors = texts.map((text) => known.get(hashOf(text).toString('hex')));
      const unknown = texts.filter((_, index) => vectors[index] === undefined);
      const computed = await embedder.embed(unknown);
      return vectors.map((vector) => vector ?? computed.shift()!);
    },
  };
};

/** The file starts with the model's name and a newline; the vectors of another model are not used. */
const readVectors = (file: Buffer, { model, size }: Embedder): Map<string, number[]> => {
  const start = file.indexOf('\n') + 1;
  if (file.toString('utf8', 0, start - 1) !== model) return new Map();
  const known = new Map<string, number[]>();
  const record = HASH_BYTES + size * 4;
  for (let at = start; at + record <= file.length; at += record) {
    const vector = Array.from({ length: size }, (_, index) => file.readFloatLE(at + HASH_BYTES + index * 4));
    known.set(file.toString('hex', at, at + HASH_BYTES), vector);
  }
  return known;
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
