import { readJson, writeJson } from '../model/exact-json.js';
import { isoTime, zonedTime, type TextFormat } from './text-format.js';
import type { Layout, LayoutField } from './layout.js';
import type { TextRow } from '../stores/types.js';

/**
 * Thrown where an answer contains an error, or a value that cannot be sent as the store gave it: graphql-js then writes the answer, with
 * the errors and their paths.
 */
export class NotPlain extends Error {}

/** Writes the JSON of one row from its values, its number, and each child's JSON for all rows. */
export type RowWriter = (values: TextRow, row: number, children: readonly (readonly string[])[]) => string;

/** The characters that JSON escapes. */
const UNSAFE = /["\\\u0000-\u001f\ud800-\udfff]/;

/** A text as JSON. */
export const jsonText = (value: string): string => (UNSAFE.test(value) ? JSON.stringify(value) : `"${value}"`);

/** What generated code calls. */
const HELPERS = {
  text: jsonText,
  time: (value: string): string => `"${isoTime(value)}"`,
  hour: (value: string): string => `"${zonedTime(value)}"`,
  json: (value: string): string => (value === '{}' || value === '[]' ? value : writeJson(readJson(value))),
  jsonValue: (value: string): string => (value === 'null' ? HELPERS.missing() : HELPERS.json(value)),
  int: (value: string): string => {
    const number = Number(value);
    if (!Number.isInteger(number) || number > 2_147_483_647 || number < -2_147_483_648) throw new NotPlain();
    return String(number);
  },
  float: (value: string): string => {
    const number = Number(value);
    if (!Number.isFinite(number)) throw new NotPlain();
    return String(number);
  },
  name: (names: ReadonlyMap<string, string>, value: string): string => {
    const name = names.get(value);
    if (name === undefined) throw new NotPlain();
    return name;
  },
  opened: (open: Opener, value: string): string => jsonText(open(value) ?? HELPERS.missing()),
  list: (value: string, write: (item: string) => string): string =>
    `[${(JSON.parse(value) as unknown[])
      .map((item) => {
        // A list of lists is no list of texts.
        if (typeof item !== 'string') throw new NotPlain();
        return write(item);
      })
      .join(',')}]`,
  missing: (): never => {
    throw new NotPlain();
  },
};

/**
 * Compiles a layout to a function that writes rows as JSON text: one expression, with nothing decided per field while it
 * runs. `first` is the position of the layout's first value in a row.
 */
export const rowWriter = (layout: Layout, first: number): RowWriter => {
  const names: Names = [];
  const code = objectCode(layout, first, names);
  // The code consists of positions, and of names and keys as JSON texts: no part of a request or a row becomes code.
  // eslint-disable-next-line @typescript-eslint/no-implied-eval
  const make = new Function('h', 'names', `return (v, i, c) => ${code};`) as (helpers: typeof HELPERS, names: Names) => RowWriter;
  return make(HELPERS, names);
};

/** What generated code refers to by its number: names of enum values, and what decrypts a column. */
type Names = (ReadonlyMap<string, string> | Opener)[];
type Opener = NonNullable<TextFormat['open']>;

const objectCode = ({ fields, name }: Layout, first: number, names: Names): string => {
  const parts = fields.map(
    (field, index) => `'${index === 0 ? '{' : ','}${quoted(field.responseKey)}:' + ${fieldCode(field, name, first, names)}`,
  );
  return parts.length === 0 ? `'{}'` : `${parts.join(' + ')} + '}'`;
};

/** A key as JSON, inside a single-quoted literal. */
const quoted = (key: string): string => JSON.stringify(key).replace(/[\\']/g, '\\$&');

const fieldCode = (field: LayoutField, type: string, first: number, names: Names): string => {
  switch (field.kind) {
    case 'typename':
      return `'${quoted(type)}'`;
    case 'child':
      return `c[${field.child}][i]`;
    case 'object': {
      const object = `(${objectCode(field.layout, first, names)})`;
      if (field.layout.presence === undefined) return object;
      return `(v[${first + field.layout.presence}] === null ? ${field.nonNull ? 'h.missing()' : `'null'`} : ${object})`;
    }
    case 'value': {
      const value = `v[${first + field.position}]`;
      const written = field.textFormat.list
        ? `h.list(${value}, (x) => ${valueCode({ ...field.textFormat, isInt: false }, true, 'x', names)})`
        : valueCode(field.textFormat, field.nonNull, value, names);
      return `(${value} === null ? ${field.nonNull ? 'h.missing()' : `'null'`} : ${written})`;
    }
  }
};

const valueCode = (textFormat: TextFormat, nonNull: boolean, value: string, names: Names): string => {
  if (textFormat.names)
    return `h.name(names[${names.push(new Map([...textFormat.names].map(([text, name]) => [text, JSON.stringify(name)]))) - 1}], ${value})`;
  if (textFormat.open) return `h.opened(names[${names.push(textFormat.open) - 1}], ${value})`;
  switch (textFormat.scalar) {
    case 'Int':
      return textFormat.isInt ? value : `h.int(${value})`;
    case 'Float':
      return `h.float(${value})`;
    case 'Boolean':
      return `(${value}.charCodeAt(0) === 116 ? 'true' : 'false')`;
    case 'JSON':
      // JSON has a null of its own.
      return `h.${nonNull ? 'jsonValue' : 'json'}(${value})`;
    case 'DateTime':
      return `h.time(${value})`;
    case 'Time':
      return `h.hour(${value})`;
    case 'BigInt':
    case 'Decimal':
      return `'"' + ${value} + '"'`;
    case 'LocalDateTime':
      return `'"' + ${value}.replace(' ', 'T') + '"'`;
    default:
      return textFormat.isPlain ? `'"' + ${value} + '"'` : `h.text(${value})`;
  }
};
