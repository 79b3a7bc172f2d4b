const SECRET = /^(passwords?|passwd|pwd|passphrases?|passcodes?|pins?|salts?|tokens?|hash(es)?|digests?|secrets?|credentials?)$/;
const KEY = /^keys?$/;

/** Types whose values can be neither a password nor a digest: `token_count integer`, `password_changed_at timestamptz`. */
const HARMLESS = /^(smallint|integer|bigint|numeric|real|double precision|boolean|date|interval|money|time\b.*|timestamp\b.*)(\[\])?$/;

/** Whether a column looks as if its values were secret; a key in the sense of SQL is none for its name. */
export const isSecretColumn = ({ name, sqlType }: { readonly name: string; readonly sqlType: string }, isKey: boolean): boolean => {
  if (HARMLESS.test(sqlType)) return false;
  // token_id is the id of a token.
  if (wordsOf(name).at(-1) === 'id' && sqlType === 'uuid') return false;
  return isSecretName(name, isKey);
};

/** Whether a name has a word for what is secret. */
export const isSecretName = (name: string, isKey = false): boolean =>
  wordsOf(name).some((word) => SECRET.test(word) || (!isKey && KEY.test(word)));

/** apiKey, API_KEY, api-key -> api, key */
export const wordsOf = (name: string): string[] =>
  name
    .replace(/([\p{Ll}\d])(\p{Lu})/gu, '$1_$2')
    .replace(/(\p{Lu})(\p{Lu}\p{Ll})/gu, '$1_$2')
    .split(/[^\p{L}\d]+/u)
    .filter((word) => word !== '')
    .map((word) => word.toLowerCase());
