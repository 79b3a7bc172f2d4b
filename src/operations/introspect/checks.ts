/** What a check is made of, as pg_get_constraintdef prints it: casts and brackets, which change nothing here, then texts, names, signs. */
const TOKEN = new RegExp(
  String.raw`(?<skipped>::(?:character varying|"[^"]+"|[\p{L}_][\p{L}\d_.]*)(?:\(\d+\))?(?:\[\])?|[()\s]+)` +
    String.raw`|(?<text>'(?:[^']|'')*')|(?<name>"(?:[^"]|"")+"|[\p{L}_][\p{L}\d_$]*)|(?<sign>.)`,
  'gsu',
);

/**
 * The texts that a check of an IN-list allows, by the column it is of (VALUE in a domain); undefined for any other check. Null is
 * allowed in any case, so `x IS NULL OR x IN (...)` says no more than `x IN (...)`.
 *
 * @param definition as pg_get_constraintdef prints it
 */
export const allowedTexts = (definition: string): { readonly column: string; readonly texts: readonly string[] } | undefined => {
  const tokens = [...definition.matchAll(TOKEN)].filter(({ groups }) => groups!['skipped'] === undefined);
  // As letters: n is the name of a column, t a text, and all else is what it is.
  let column: string | undefined;
  const texts: string[] = [];
  let isOfOne = true;
  const shape = tokens
    .slice(1)
    .map(({ 0: token, groups }) => {
      if (groups!['text'] !== undefined) return texts.push(token.slice(1, -1).replaceAll("''", "'")) && 't';
      if (groups!['name'] === undefined || WORDS.has(token)) return token;
      column ??= token;
      isOfOne &&= column === token;
      return 'n';
    })
    .join(' ');
  if (tokens[0]?.[0] !== 'CHECK' || column === undefined || !isOfOne || !LIST.test(shape)) return undefined;
  return { column: column.startsWith('"') ? column.slice(1, -1).replaceAll('""', '"') : column, texts: [...new Set(texts)] };
};

const WORDS: ReadonlySet<string> = new Set(['IS', 'NULL', 'OR', 'AND', 'NOT', 'ANY', 'ARRAY']);

/** `n IN (t, t)` as PostgreSQL prints it, `n = t OR n = t`, and either beside `n IS NULL`. */
const LIST = /^(n IS NULL OR )?(n = ANY ARRAY \[ t( , t)* \]|n = t( OR n = t)+)( OR n IS NULL)?$/;
