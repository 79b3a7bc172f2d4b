/** A sparse vector of weighted words for Qdrant: each index once, with its weight. */
export interface SparseVector {
  readonly indices: number[];
  readonly values: number[];
}

/** BM25's k1 and b: how fast repetitions of a word saturate, and how much long texts are penalised. */
const K1 = 1.2;
const B = 0.75;

/** BM25's average length of a text, in words. A constant, so that writing a text does not change the weights of others. */
const USUAL_LENGTH = 64;

/** Stop words: nearly every English text contains them. */
const STOP_WORDS = new Set(
  (
    'a an and are as at be been but by for from had has have he her his how i if in into is it its no not of on or our she so ' +
    'such than that the their then there these they this those to was we were what when where which who why will with you your'
  ).split(' '),
);

/** The words of a text, in lower case, plurals as singulars; numbers are words, and "AIR-002" is two. */
export const wordsOf = (text: string): string[] =>
  (
    text
      .normalize('NFKC')
      .toLowerCase()
      .match(/[\p{L}\p{N}]+/gu) ?? []
  )
    .filter((word) => !STOP_WORDS.has(word))
    .map(singular);

/** Harman's weak stemmer (S stemmer): only plural endings are removed. */
const singular = (word: string): string => {
  if (word.length <= 3 || !word.endsWith('s')) return word;
  if (word.endsWith('ies')) return /[ae]ies$/.test(word) ? word : `${word.slice(0, -3)}y`;
  if (word.endsWith('es')) return /[aeo]es$/.test(word) ? word : word.slice(0, -1);
  return /[us]s$/.test(word) ? word : word.slice(0, -1);
};

/** The index of a word: 32-bit FNV-1a over its UTF-8 bytes. */
const indexOf = (word: string): number => {
  let hash = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(word)) hash = Math.imul(hash ^ byte, 0x01000193);
  return hash >>> 0;
};

/** The words of a text with their BM25 weights, without the inverse document frequency, which the store adds. */
export const keywordsOf = (text: string): SparseVector => {
  const words = wordsOf(text);
  const counts = new Map<number, number>();
  for (const word of words) counts.set(indexOf(word), (counts.get(indexOf(word)) ?? 0) + 1);
  const norm = K1 * (1 - B + (B * words.length) / USUAL_LENGTH);
  return sparse([...counts].map(([index, count]) => [index, Math.fround((count * (K1 + 1)) / (count + norm))]));
};

/** The words of a query, each with weight 1. */
export const askedKeywords = (text: string): SparseVector => sparse([...new Set(wordsOf(text).map(indexOf))].map((index) => [index, 1]));

const sparse = (entries: [number, number][]): SparseVector => {
  entries.sort(([one], [other]) => one - other);
  return { indices: entries.map(([index]) => index), values: entries.map(([, value]) => value) };
};
