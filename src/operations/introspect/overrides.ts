import { existsSync, readFileSync } from 'node:fs';
import { isMap, isScalar, isSeq, LineCounter, parseDocument, type Node } from 'yaml';
import { GatewayError, counted } from '../../errors.js';
import { formatFaults, type Fault, type Place } from '../../model/faults.js';
import type { GivenName, GivenNames } from './naming.js';

/** What a person has said in introspect.yaml. */
export interface Overrides {
  /** Names of types, by table or :Label, and of fields, by table.column. */
  readonly names: GivenNames;
  /** Tables, columns and :Labels that are in no type, as they are written. */
  readonly leaveOut: ReadonlyMap<string, Place>;
  /** Columns that look secret and are none. */
  readonly show: ReadonlyMap<string, Place>;
  /** Domains, by table. */
  readonly domains: ReadonlyMap<string, GivenName>;
}

const SECTIONS = ['types', 'fields', 'domains', 'leaveOut', 'show'] as const;
const NAME = /^(?!__)[A-Za-z_]\w*$/;
const DOMAIN = /^(?!directives$|scalars$)[\w-]+$/;

/**
 * Reads the override file, YAML or JSON.
 *
 * @throws GatewayError SCHEMA_INVALID with file and line of each fault
 */
export const readOverrides = (path: string, shownPath: string): Overrides => {
  const text = existsSync(path) ? readFileSync(path, 'utf8') : '';
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, logLevel: 'error' });
  const faults: Fault[] = [];
  const placeOf = (node: unknown): Place => ({ file: shownPath, line: lines.linePos((node as Node).range?.[0] ?? 0).line || 1 });
  for (const { message, pos } of document.errors)
    faults.push({ place: { file: shownPath, line: lines.linePos(pos[0]).line }, message: message.split(/ at line \d+|\n/)[0]! });
  const root = document.contents;
  const sections = new Map<string, unknown>();
  if (isMap(root))
    for (const { key, value } of root.items) {
      const name = String(isScalar(key) ? key.value : key);
      if ((SECTIONS as readonly string[]).includes(name)) sections.set(name, value);
      else faults.push({ place: placeOf(key), message: `${name} is not a part of this file: expected ${SECTIONS.join(', ')}` });
    }
  else if (root !== null && faults.length === 0)
    faults.push({
      place: placeOf(root),
      message: `expected ${SECTIONS.join(', ')}, each with what it says. Example: types: {books: Book}`,
    });

  const names = (section: string, pattern: RegExp, example: string): Map<string, GivenName> => {
    const node = sections.get(section);
    const found = new Map<string, GivenName>();
    if (isMap(node)) {
      for (const { key, value } of node.items) {
        const name = isScalar(value) ? String(value.value) : '';
        if (pattern.test(name)) found.set(String(isScalar(key) ? key.value : key), { name, place: placeOf(key) });
        else
          faults.push({
            place: placeOf(key),
            message: `${section} takes a name for each, but got ${JSON.stringify(name)}. Example: ${example}`,
          });
      }
    } else if (node !== undefined && !(isScalar(node) && node.value === null))
      faults.push({ place: placeOf(node), message: `${section} takes a name for each. Example: ${example}` });
    return found;
  };
  const list = (section: string, example: string): Map<string, Place> => {
    const node = sections.get(section);
    if (isSeq(node)) return new Map(node.items.map((item) => [String(isScalar(item) ? item.value : item), placeOf(item)]));
    if (node !== undefined && !(isScalar(node) && node.value === null))
      faults.push({ place: placeOf(node), message: `${section} takes a list. Example: ${example}` });
    return new Map();
  };
  const overrides = {
    names: new Map([
      ...[...names('types', NAME, 'types: {books: Book}')].map(([key, given]) => [typeId(key), given] as const),
      ...[...names('fields', NAME, 'fields: {books.page_count: pages}')].map(([key, given]) => [fieldId(key), given] as const),
    ]),
    domains: names('domains', DOMAIN, 'domains: {audit_log: audit}'),
    leaveOut: list('leaveOut', 'leaveOut: [audit_log, users.phone]'),
    show: list('show', 'show: [settings.api_key]'),
  };
  if (faults.length > 0) throw new GatewayError('SCHEMA_INVALID', { count: counted(faults.length, 'fault'), detail: formatFaults(faults) });
  return overrides;
};

/** books -> table public.books; sales.orders -> table sales.orders; :Book -> label Book */
const typeId = (key: string): string =>
  key.startsWith(':') ? `label ${key.slice(1)}` : `table ${key.includes('.') ? key : `public.${key}`}`;

/** books.page_count -> table public.books page_count; a schema may stand before. */
const fieldId = (key: string): string => {
  const at = key.lastIndexOf('.');
  return `${typeId(key.slice(0, Math.max(at, 0)))} ${key.slice(at + 1)}`;
};
