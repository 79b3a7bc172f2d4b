/** What is to be written: types, fields and enums with their names, before they are text. */

export interface DraftField {
  readonly name: string;
  /** As GraphQL: "[Book!]!". */
  readonly type: string;
  readonly directives: string;
  readonly description?: string | undefined;
}

export interface DraftType {
  /** "table public.books", "label Book", "properties WROTE". */
  readonly id: string;
  readonly name: string;
  readonly directives: string;
  readonly description?: string | undefined;
  readonly fields: readonly DraftField[];
  /** Lines that stand below the fields, as comments. */
  readonly notes: readonly string[];
  /** Name of its file, without its ending. */
  readonly domain: string;
}

export interface DraftEnum {
  /** "enum mood", "enum public.books.state". */
  readonly id: string;
  readonly name: string;
  readonly values: readonly { readonly name: string; readonly text: string }[];
  readonly domain: string;
}

export interface Draft {
  readonly types: readonly DraftType[];
  readonly enums: readonly DraftEnum[];
  /** Comments of each file, below its types. */
  readonly notes: ReadonlyMap<string, readonly string[]>;
}

/** The arguments of a directive; what is undefined or false is left out. */
export const directive = (name: string, given: Readonly<Record<string, unknown>>): string => {
  const written = Object.entries(given).filter(([, value]) => value !== undefined && value !== false);
  const show = (value: unknown): string => (Array.isArray(value) ? `[${value.map(show).join(', ')}]` : JSON.stringify(value));
  return `@${name}${written.length === 0 ? '' : `(${written.map(([key, value]) => `${key}: ${bare(value) ?? show(value)}`).join(', ')})`}`;
};

/** A value of an enum stands without quotes. */
const bare = (value: unknown): string | undefined => (value === IN || value === OUT ? value.description : undefined);

export const IN = Symbol('IN');
export const OUT = Symbol('OUT');
