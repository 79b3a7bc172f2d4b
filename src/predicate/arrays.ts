/** A PostgreSQL array. */
export interface List {
  /** Texts of the items, whatever the dimensions. */
  readonly items: readonly (string | null)[];
  /** Neither multidimensional nor with a lower bound other than 1: no list of a client equals such arrays. */
  readonly isPlain: boolean;
}

/** An array as PostgreSQL prints it, `{a,"b c",NULL}`, or as JSON, `["a", "b c", null]`. */
export const readList = (text: string): List => (/^(\{|\[[\d-]+:)/.test(text) ? readPrinted(text) : readJson(text));

/** Quoted items, unquoted items, and separators. */
const TOKEN = /"([^"\\]*(?:\\.[^"\\]*)*)"|([^{},"]+)|[{},]/gs;

const readPrinted = (text: string): List => {
  const [, bounds, body] = /^([^={]*=)?(.*)$/s.exec(text)!;
  const items: (string | null)[] = [];
  let depth = 0;
  for (const [token, quoted, plain] of body!.matchAll(TOKEN)) {
    if (token === '{') depth += 1;
    else if (quoted !== undefined) items.push(quoted.replace(/\\(.)/gs, '$1'));
    else if (plain !== undefined) items.push(plain === 'NULL' ? null : plain.replace(/\\(.)/gs, '$1'));
  }
  return { items, isPlain: bounds === undefined && depth === 1 };
};

const readJson = (text: string): List => {
  // As texts, numbers keep all digits.
  const strings = text.replace(/"[^"\\]*(?:\\.[^"\\]*)*"|-?\d[\d.eE+-]*/g, (token) => (token.startsWith('"') ? token : `"${token}"`));
  const value = JSON.parse(strings) as readonly unknown[];
  const items = value.flat(Infinity) as readonly (string | boolean | null)[];
  return { items: items.map((item) => (item === null ? null : String(item))), isPlain: !value.some((item) => Array.isArray(item)) };
};
