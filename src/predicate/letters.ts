import type { Lowering } from '../model/collation.js';

/** Texts by their code points, as PostgreSQL's collation "C" has them: not by the units of UTF-16, as JavaScript has them. */
export const compareTexts = (left: string, right: string): number => {
  const end = Math.min(left.length, right.length);
  for (let index = 0; index < end; index += 1) {
    const [a, b] = [left.charCodeAt(index), right.charCodeAt(index)];
    if (a !== b) return place(a) - place(b);
  }
  return left.length - right.length;
};

/** Halves of characters stand before some whole ones, but mean characters that come after them. */
const place = (unit: number): number => (unit >= 0xd800 && unit <= 0xdfff ? unit + 0x10000 : unit);

/** A text in lower case, as the database makes it; of letters that are new in Unicode the newer of the two programs knows more. */
export const lower = (text: string, how: Lowering): string => {
  if (how === 'ascii') return text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());
  if (how === 'full' || /^[\0-\x7f]*$/.test(text)) return text.toLowerCase();
  return Array.from(text, (letter) => (letter === 'İ' ? 'i' : letter.toLowerCase())).join('');
};
