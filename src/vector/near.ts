import type { EmbeddedType } from '../model/types.js';
import type { NearTarget } from '../predicate/types.js';

export interface NearLoaders {
  readonly embedText: (text: string) => Promise<number[]>;
  /** Dimensions of a vector. */
  readonly vectorSize: number;
}

/** The query vector, and the name of the vectors it is compared with. */
interface Near {
  readonly using: string;
  readonly query: () => Promise<readonly number[]>;
}

/** @param refuse makes an error from a message */
export const nearTo = (
  { embedText, vectorSize }: NearLoaders,
  { embedding: { vectors } }: EmbeddedType,
  { text, vector, using }: NearTarget,
  refuse: (detail: string) => Error,
): Near => {
  const given = [...(typeof text === 'string' ? ['text'] : []), ...(vector ? ['vector'] : [])];
  if (given.length !== 1) throw refuse(`near needs a text or a vector, but got ${given.length === 0 ? 'none' : 'both'}`);
  const fault = vector ? vectorFault(vector, vectorSize) : textFault(text!);
  if (fault !== undefined) throw refuse(`near: ${fault}`);
  const named = using ?? vectors[0].name;
  if (!vectors.some(({ name }) => name === named)) {
    const names = vectors.map(({ name }) => name).filter((name) => name !== '');
    throw refuse(
      `near: expected ${names.length === 0 ? 'no using, since the vectors have no names' : `${names.join(' or ')} for using`}, ` +
        `but got ${JSON.stringify(using)}`,
    );
  }
  return { using: named, query: () => (vector ? Promise.resolve(vector) : embedText(text!)) };
};

/** Why a text cannot be searched for; undefined where it can. */
export const textFault = (text: string): string | undefined =>
  text.trim() === '' ? 'expected words to search for, but got none' : undefined;

/** Why a vector cannot be searched for; undefined where it can. */
export const vectorFault = (vector: readonly number[], size: number): string | undefined => {
  if (vector.length !== size) return `expected ${size} numbers, as the embedding model makes, but got ${vector.length}`;
  return vector.every((value) => value === 0) ? 'expected a vector with a direction, but got only zeros' : undefined;
};
