import type { Lowering } from '../model/collation.js';

/** Compares texts by code points, like PostgreSQL's collation "C", rather than by UTF-16 units, like JavaScript. */
export const compareTexts = (left: string, right: string): number => {
  const end = Math.min(left.length, right.length);
  for (let index = 0; index < end; index += 1) {
    const [a, b] = [left.charCodeAt(index), right.charCodeAt(index)];
    if (a !== b) return place(a) - place(b);
  }
  return left.length - right.length;
};

/** Surrogates sort before some code units, but belong to characters that sort after them. */
const place = (unit: number): number => (unit >= 0xd800 && unit <= 0xdfff ? unit + 0x10000 : unit);

/** A text in lower case, as in the database, except for letters that only one of the two programs knows from its version of Unicode. */
export const lower = (text: string, how: Lowering): string => {
  if (how === 'ascii') return text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());
  if (how === 'full' || /^[\0-\x7f]*$/.test(text)) return text.toLowerCase();
  return Array.from(text, (letter) => (letter === 'İ' ? 'i' : letter.toLowerCase())).join('');
};
