import type { TracedStatement } from '../stores/trace.js';

/** Characters after which a list goes on in the next line. */
const LINE = 100;

/** Elements of a list, objects of a longer one, characters of a text and parameters of a statement that are shown; more are counted. */
const SHOWN_ELEMENTS = 5;
const SHOWN_OBJECTS = 2;
const SHOWN_PARAMETERS = 50;
const SHOWN_CHARACTERS = 200;

/** A statement as lines: JSON would show breaks within a text as \n. Put together with spaces, they are the statement. */
export const statementLines = (store: TracedStatement['store'], text: string): string[] => {
  if (store === 'relational') return sqlLines(text);
  const lines = text
    .split('\n')
    .map((line) => line.trimEnd())
    .filter((line) => line !== '');
  return store === 'graph' ? lines.flatMap(cypherLines) : lines;
};

/** What is quoted is passed over; a break is only made where there is a space already. */
const SQL =
  /'(?:[^']|'')*'|"(?:[^"]|"")*"|[()]|,\s+|(?<!LEFT|CROSS|INNER|DELETE)\s+(?=(?:FROM|(?:LEFT |CROSS |INNER )?JOIN|WHERE|GROUP BY|HAVING|ORDER BY|LIMIT|OFFSET|UNION ALL|VALUES|SET|RETURNING|ON CONFLICT|FOR UPDATE|AND|OR)\b)/g;

const sqlLines = (sql: string): string[] => {
  const lines: string[] = [];
  let start = 0;
  let depth = 0;
  let indent = 0;
  const cut = (end: number, next: number): void => {
    lines.push('  '.repeat(indent) + sql.slice(start, end));
    start = next;
    indent = depth;
  };
  for (const { 0: token, index } of sql.matchAll(SQL)) {
    if (token === '(') depth += 1;
    else if (token === ')') depth -= 1;
    else if (token.startsWith(',')) {
      if (index - start > LINE) cut(index + 1, index + token.length);
    } else if (/^\s/.test(token)) cut(index, index + token.length);
  }
  cut(sql.length, sql.length);
  return lines;
};

const CYPHER =
  /'(?:\\.|[^'\\])*'|"(?:\\.|[^"\\])*"|`[^`]*`|[()[\]{}]|(?<!\b(?:OPTIONAL|DETACH|STARTS|ENDS|ON|ON CREATE|ON MATCH))\s+(?=(?:UNION|OPTIONAL MATCH|MATCH|WHERE|WITH|UNWIND|CALL|RETURN|ORDER BY|SKIP|LIMIT|MERGE|CREATE|ON CREATE|ON MATCH|SET|REMOVE|DETACH DELETE|DELETE|FOREACH)\b)/g;

/** A line of Cypher that is too long, broken before its clauses, those of a subquery further in. */
const cypherLines = (line: string): string[] => {
  if (line.length <= LINE) return [line];
  const margin = /^\s*/.exec(line)![0];
  const lines: string[] = [];
  /** The brackets that are open: only in braces are there clauses. */
  const open: string[] = [];
  let start = margin.length;
  let indent = 0;
  const cut = (end: number, next: number): void => {
    lines.push(margin + '  '.repeat(indent) + line.slice(start, end));
    start = next;
    indent = open.length;
  };
  for (const { 0: token, index } of line.slice(margin.length).matchAll(CYPHER)) {
    const at = margin.length + index;
    if ('([{'.includes(token)) open.push(token);
    else if (')]}'.includes(token)) open.pop();
    else if (/^\s/.test(token) && open.every((bracket) => bracket === '{')) cut(at, at + token.length);
  }
  cut(line.length, line.length);
  return lines;
};

/**
 * Values as they can be read: long lists and texts by their size. What is written is not shown at all, but for its size:
 * it may be what nobody may read.
 */
export const showValue = (value: unknown, kind: TracedStatement['kind']): unknown => {
  if (kind === 'write')
    return Array.isArray(value)
      ? sizeOf(value)
      : Object.fromEntries(Object.entries(value as object).map(([name, each]) => [name, hidden(each)]));
  // Those of SQL are each shown, since its text refers to each.
  if (Array.isArray(value)) return value.length <= SHOWN_PARAMETERS ? value.map(shown) : shown(value);
  return Object.fromEntries(Object.entries(value as object).map(([name, each]) => [name, shown(each)]));
};

const hidden = (value: unknown): string | boolean => {
  if (Array.isArray(value)) return sizeOf(value);
  return typeof value === 'boolean' ? value : '1 value';
};

const shown = (value: unknown): unknown => {
  if (typeof value === 'string')
    return value.length > SHOWN_CHARACTERS ? `${value.slice(0, SHOWN_CHARACTERS)}... (${value.length} characters)` : value;
  if (typeof value === 'bigint') return String(value);
  if (value === null || typeof value !== 'object' || value instanceof Date) return value;
  if (Array.isArray(value)) {
    if (value.length <= SHOWN_ELEMENTS) return value.map(shown);
    // The searches of a batch are alike: some show what all are.
    const isOfObjects = value.every((each) => typeof each === 'object' && each !== null && !Array.isArray(each));
    return isOfObjects ? [...value.slice(0, SHOWN_OBJECTS).map(shown), `${value.length - SHOWN_OBJECTS} more`] : sizeOf(value);
  }
  // The graph driver's integers, and its times.
  const number = 'toNumber' in value && typeof value.toNumber === 'function' ? (value.toNumber as () => number)() : undefined;
  if (Number.isSafeInteger(number)) return number;
  if (![Object.prototype, null].includes(Object.getPrototypeOf(value) as object | null))
    return (value as { toString(): string }).toString();
  const entries = Object.entries(value);
  return entries.length > SHOWN_PARAMETERS
    ? `${entries.length} values`
    : Object.fromEntries(entries.map(([name, each]) => [name, shown(each)]));
};

const sizeOf = (list: readonly unknown[]): string => {
  const noun = list.length > 0 && list.every((each) => typeof each === 'number') ? 'number' : 'value';
  return `${list.length} ${noun}${list.length === 1 ? '' : 's'}`;
};
