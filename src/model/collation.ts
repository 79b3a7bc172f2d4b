/** How a database makes letters small: A to Z only, each letter by itself, or by its place in the word, too. */
export type Lowering = 'ascii' | 'simple' | 'full';

/** What is known of a collation. */
export interface Collation {
  /** Whether only the same texts are equal. */
  readonly isExact: boolean;
  /** Whether the order is that of code points. */
  readonly isByCodePoint: boolean;
  /** Undefined where letters have rules of a language. */
  readonly lowering: Lowering | undefined;
}

/** PostgreSQL's number for UTF-8: the bytes of other encodings are in another order than code points. */
const UTF8 = '6';

/** From PostgreSQL's words for one: provider, order, letters, locale, whether it is deterministic, encoding of the database. */
export const readCollation = ([provider, order, letters, locale, isDeterministic, encoding]: readonly (
  string | null | undefined
)[]): Collation => {
  const isExact = isDeterministic === 'true';
  if (encoding !== UTF8) return { isExact, isByCodePoint: false, lowering: undefined };
  switch (provider) {
    case 'b':
      return { isExact, isByCodePoint: true, lowering: locale === 'C' ? 'ascii' : locale === 'C.UTF-8' ? 'simple' : 'full' };
    case 'i':
      // Turkish, Azerbaijani and Lithuanian have letters of their own.
      return { isExact, isByCodePoint: false, lowering: /^(tr|az|lt)\b/i.test(locale ?? '') ? undefined : 'full' };
    default: {
      const isOfC = (name: string | null | undefined) => name === 'C' || name === 'POSIX';
      const isOfAll = /\.utf-?8$/i.test(letters ?? '') && !/^(tr|az)\b/i.test(letters ?? '');
      return {
        isExact,
        isByCodePoint: isOfC(order) || /^C\.utf-?8$/i.test(order ?? ''),
        lowering: isOfC(letters) ? 'ascii' : isOfAll ? 'simple' : undefined,
      };
    }
  }
};
