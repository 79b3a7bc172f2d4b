import { graphNameFault } from '../../model/store-names.js';
import { quoteLabel } from '../../model/names.js';
import type { GraphStore } from '../../stores/types.js';

/** Nodes, or relationships, whose values tell the type of a property. */
const SAMPLE = 1_000;

export interface LiveProperty {
  readonly name: string;
  /** GraphQL type without its list: "Int". */
  readonly scalar: string;
  readonly isList: boolean;
}

export interface LiveLabel {
  readonly name: string;
  readonly count: number;
  /** Nodes without the property id, which the gateway cannot look up. */
  readonly withoutId: number;
  readonly properties: readonly LiveProperty[];
}

/** Relationships of one type between two labels. */
export interface LiveRelationship {
  readonly type: string;
  readonly from: string;
  readonly to: string;
  readonly count: number;
}

export interface LiveGraph {
  readonly labels: readonly LiveLabel[];
  readonly relationships: readonly LiveRelationship[];
  /** Properties of each relationship type that has any. */
  readonly properties: ReadonlyMap<string, readonly LiveProperty[]>;
}

type Row = Readonly<Record<string, unknown>>;

/** Labels, relationship types and properties, by counting. */
export const readGraph = async (store: GraphStore): Promise<LiveGraph> => {
  const ask = async (cypher: string): Promise<Row[]> => (await store.read.run(cypher)).records.map((record) => record.toObject() as Row);
  const isUsable = (name: string): boolean => graphNameFault(name) === undefined && !name.startsWith('$');
  const counts = (await ask('MATCH (n) UNWIND labels(n) AS label RETURN label, count(*) AS count')) as { label: string; count: number }[];
  const labels: LiveLabel[] = [];
  for (const { label, count } of counts.filter((row) => isUsable(row.label)).sort(by((row) => row.label))) {
    const nodes = `MATCH (n:${quoteLabel(label)})`;
    const [without] = await ask(`${nodes} WHERE n.id IS NULL RETURN count(n) AS count`);
    labels.push({ name: label, count, withoutId: Number(without?.['count'] ?? 0), properties: await readProperties(ask, nodes) });
  }
  const ends = await ask('MATCH (a)-[r]->(b) RETURN type(r) AS type, labels(a) AS from, labels(b) AS to, count(*) AS count');
  const relationships = new Map<string, LiveRelationship>();
  for (const row of ends as { type: string; from: string[]; to: string[]; count: number }[])
    for (const from of row.from.filter(isUsable))
      for (const to of row.to.filter(isUsable)) {
        if (!isUsable(row.type)) continue;
        const key = JSON.stringify([row.type, from, to]);
        relationships.set(key, { type: row.type, from, to, count: (relationships.get(key)?.count ?? 0) + row.count });
      }
  const properties = new Map<string, readonly LiveProperty[]>();
  for (const type of new Set([...relationships.values()].map((each) => each.type))) {
    const found = await readProperties(ask, `MATCH ()-[n:${quoteLabel(type)}]->()`);
    if (found.length > 0) properties.set(type, found);
  }
  return { labels, relationships: [...relationships.values()].sort(by(({ type, from, to }) => `${type} ${from} ${to}`)), properties };
};

const by =
  <T>(key: (item: T) => string) =>
  (one: T, other: T): number =>
    key(one) < key(other) ? -1 : 1;

const readProperties = async (ask: (cypher: string) => Promise<Row[]>, match: string): Promise<LiveProperty[]> => {
  const rows = await ask(`${match} WITH n LIMIT ${SAMPLE} RETURN properties(n) AS properties`);
  const values = new Map<string, unknown[]>();
  for (const { properties } of rows)
    for (const [name, value] of Object.entries(properties as Row)) {
      if (value !== null && graphNameFault(name) === undefined) values.set(name, [...(values.get(name) ?? []), value]);
    }
  const found: LiveProperty[] = [];
  for (const [name, all] of [...values].sort(by(([each]) => each))) {
    const isList = all.every(Array.isArray);
    const items = isList ? all.flat() : all;
    const kinds = new Set(items.map(kindOf));
    // Numbers are whole or not for the store alone, and the embedded graph gives times as texts.
    const probe = async (expression: string): Promise<boolean> => {
      const [row] = await ask(
        `${match} WITH n LIMIT ${SAMPLE} WITH n.${quoteLabel(name)} AS value WHERE ${expression} RETURN count(*) AS count`,
      ).catch(() => []);
      return Number(row?.['count'] ?? 0) > 0;
    };
    const scalar =
      kinds.size === 1
        ? [...kinds][0]!
        : [...kinds].every((kind) => ['Int', 'BigInt', 'Float'].includes(kind))
          ? kinds.has('Float')
            ? 'Float'
            : 'BigInt'
          : undefined;
    if (scalar === undefined || scalar === 'none') continue;
    const isFloat = (scalar === 'Int' || scalar === 'BigInt') && !isList && (await probe('(value * 0 + 1) / 2 > 0'));
    const time = scalar === 'String' && !isList ? timeOf(items as string[]) : undefined;
    const isTime =
      time !== undefined && (await probe(`value.${time === 'Duration' ? 'days' : time.endsWith('Time') ? 'hour' : 'year'} IS NOT NULL`));
    found.push({ name, scalar: isFloat ? 'Float' : isTime ? time : scalar, isList });
  }
  return found;
};

const MAX_INT = 2 ** 31;

/** Classes of the driver, by the names of their scalars. */
const CLASSES: ReadonlyMap<string, string> = new Map([
  ['DateTime', 'DateTime'],
  ['LocalDateTime', 'LocalDateTime'],
  ['Date', 'Date'],
  ['LocalTime', 'LocalTime'],
  ['Time', 'Time'],
  ['Duration', 'Duration'],
]);

/** The scalar of a value; "none" for what has none, such as a point. */
const kindOf = (value: unknown): string => {
  if (typeof value === 'string') return /^-?\d{16,19}$/.test(value) ? 'BigInt' : 'String';
  if (typeof value === 'boolean') return 'Boolean';
  if (typeof value === 'number') return !Number.isInteger(value) ? 'Float' : Math.abs(value) < MAX_INT ? 'Int' : 'BigInt';
  return CLASSES.get((value as object).constructor.name) ?? 'none';
};

/** What texts look like, if all look like one kind of time. */
const timeOf = (texts: readonly string[]): string | undefined =>
  TIMES.find(([, pattern]) => texts.every((text) => pattern.test(text)))?.[0];

const TIMES: readonly (readonly [string, RegExp])[] = [
  ['DateTime', /^\d{4}-\d\d-\d\dT[\d:.]+(Z|[+-]\d\d:\d\d)$/],
  ['Date', /^\d{4}-\d\d-\d\d$/],
  ['LocalTime', /^\d\d:\d\d(:[\d.]+)?$/],
  ['Time', /^\d\d:\d\d(:[\d.]+)?(Z|[+-]\d\d:\d\d)$/],
  ['Duration', /^P(?=.)[\dYMWDTHS.-]+$/],
];
