/** One kind of column: how the schema and the table declare it, values of it, and how JavaScript compares them. */
export interface ColumnKind {
  readonly name: string;
  /** In the schema. */
  readonly sdl: string;
  /** In the table. */
  readonly sql: string;
  /** As they are written and read; the rows of the table, in order of their ids, have them and then null. */
  readonly values: readonly unknown[];
  /** Negative, zero, positive; undefined where values are equal or not, and nothing else. */
  readonly order?: (left: never, right: never) => number;
  /** What a text operator looks at; undefined where there is none. */
  readonly text?: (value: never) => string;
  /** Numbers as exact integers of this many decimals, where sums are asked for. */
  readonly decimals?: number;
  /** Not both sorted and compared by operators. */
  readonly unordered?: boolean;
  /** A way to say equality where it is not that of JavaScript. */
  readonly same?: (left: never, right: never) => boolean;
}

const byPoint = (left: string, right: string): number => {
  const [a, b] = [Buffer.from(left), Buffer.from(right)];
  return Buffer.compare(a, b);
};
const byNumber = (left: number, right: number): number => left - right;
const byBig = (left: string, right: string): number => (BigInt(left) < BigInt(right) ? -1 : BigInt(left) > BigInt(right) ? 1 : 0);

/** "1.50" -> 1500... with 30 decimals, so that nothing is lost. */
export const exact = (text: string, decimals = 30): bigint => {
  const [whole, part = ''] = text.replace('-', '').split('.');
  const value = BigInt(`${whole}${part.padEnd(decimals, '0').slice(0, decimals)}`);
  return text.startsWith('-') ? -value : value;
};
const byDecimal = (left: string, right: string): number => (exact(left) < exact(right) ? -1 : exact(left) > exact(right) ? 1 : 0);

/** Seconds as PostgreSQL compares intervals: a month is 30 days. */
const seconds = (text: string): number => {
  const match = /^P(?:(-?\d+)Y)?(?:(-?\d+)M)?(?:(-?\d+)D)?(?:T(?:(-?\d+)H)?(?:(-?\d+)M)?(?:(-?[\d.]+)S)?)?$/.exec(text)!;
  const [years, months, days, hours, minutes, secs] = match.slice(1).map((part) => Number(part ?? 0)) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  return ((years * 12 + months) * 30 + days) * 86_400 + hours * 3_600 + minutes * 60 + secs;
};

/** Milliseconds in UTC of a time of day with its offset. */
const moment = (text: string): number => Date.parse(`2000-01-01T${text}`);

const asIs = (value: string): string => value;
const lower = (value: string): string => value.toLowerCase();
const address = (value: string): bigint =>
  value
    .split('/')[0]!
    .split('.')
    .reduce((sum, part) => sum * 256n + BigInt(part), 0n);

const U = (digit: number): string => `${String(digit).repeat(8)}-0000-4000-8000-00000000000${digit}`;
const TEXTS = ['alpha', 'Beta', 'be_ta', '50% off', '', 'ümlaut 🜁', `it's "quoted"`, 'back\\slash', 'line\nbreak'];

export const COLUMN_KINDS: readonly ColumnKind[] = [
  { name: 'plain', sdl: 'String', sql: 'text', values: TEXTS, order: byPoint, text: asIs },
  {
    name: 'anyCase',
    sdl: 'String @column(type: "citext")',
    sql: 'citext',
    values: ['alpha', 'Beta', 'be_ta', '50% off', '', 'Gamma'],
    order: (left: string, right: string) => byPoint(lower(left), lower(right)),
    text: lower,
    same: (left: string, right: string) => lower(left) === lower(right),
  },
  { name: 'short', sdl: 'String', sql: 'varchar(40)', values: TEXTS, order: byPoint, text: asIs },
  { name: 'fixed', sdl: 'String @column(type: "character")', sql: 'char(6)', values: ['abc', 'abcdef', 'Zz'], order: byPoint, text: asIs },
  { name: 'unique', sdl: 'ID', sql: 'uuid', values: [U(1), U(2), U(9)], text: asIs, unordered: true },
  { name: 'whole', sdl: 'Int', sql: 'int', values: [0, -5, 2_147_483_647, -2_147_483_648, 7], order: byNumber, decimals: 0 },
  { name: 'small', sdl: 'Int', sql: 'smallint', values: [0, -5, 32_767], order: byNumber, decimals: 0 },
  {
    name: 'big',
    sdl: 'BigInt',
    sql: 'bigint',
    values: ['9007199254740993', '9007199254740992', '-9223372036854775808', '9223372036854775807', '0'],
    order: byBig,
    decimals: 0,
  },
  {
    name: 'decimal',
    sdl: 'Decimal',
    sql: 'numeric',
    values: ['0.1', '-0.10', '12345678901234567890.123456789012345678', '12345678901234567890.123456789012345679', '55.250000'],
    order: byDecimal,
    decimals: 18,
    same: (left: string, right: string) => byDecimal(left, right) === 0,
  },
  { name: 'real', sdl: 'Float', sql: 'float8', values: [1.5, -0.25, 1e100, 0.1, 3], order: byNumber },
  {
    name: 'flag',
    sdl: 'Boolean',
    sql: 'boolean',
    values: [true, false],
    order: (left: boolean, right: boolean) => Number(left) - Number(right),
    unordered: true,
  },
  { name: 'day', sdl: 'Date', sql: 'date', values: ['2026-03-01', '1999-12-31', '2024-02-29'], order: byPoint },
  {
    name: 'zoned',
    sdl: 'Time',
    sql: 'timetz',
    values: ['09:30:00Z', '12:00:00+05:00', '00:00:00.5-03:30'],
    order: (left: string, right: string) => moment(left) - moment(right),
  },
  { name: 'clock', sdl: 'LocalTime', sql: 'time', values: ['09:30:00', '23:59:59.5', '00:00:00'], order: byPoint },
  {
    name: 'moment',
    sdl: 'DateTime',
    sql: 'timestamptz',
    values: ['2026-03-01T09:30:00.000Z', '2026-03-01T09:30:00.123456Z', '1969-07-20T20:17:40.000Z'],
    order: byPoint,
  },
  {
    name: 'wall',
    sdl: 'LocalDateTime',
    sql: 'timestamp',
    values: ['2026-03-01T09:30:00', '2026-03-01T09:30:00.5', '1969-07-20T20:17:40'],
    order: byPoint,
  },
  {
    name: 'span',
    sdl: 'Duration',
    sql: 'interval',
    values: ['P1DT2H30M', 'PT1S', 'P1Y2M', 'P-3D', 'PT0S'],
    order: (left: string, right: string) => seconds(left) - seconds(right),
  },
  { name: 'mood', sdl: 'Mood', sql: 'text', values: ['HAPPY', 'SAD'] },
  { name: 'kind', sdl: 'Mood @column(type: "mood")', sql: 'mood', values: ['SAD', 'HAPPY'] },
  { name: 'words', sdl: '[String!]', sql: 'text[]', values: [['a', 'b'], ['b', "it's", '"x", {y}'], [], ['a']] },
  { name: 'keys', sdl: '[ID!]', sql: 'uuid[]', values: [[U(1), U(2)], [U(2)], []] },
  { name: 'counts', sdl: '[Int!]', sql: 'int[]', values: [[1, 2], [2, 3, 3], []] },
  { name: 'amounts', sdl: '[Decimal!]', sql: 'numeric[]', values: [['1.50', '12345678901234567890.123456789'], ['2'], []] },
  {
    name: 'moments',
    sdl: '[DateTime!]',
    sql: 'timestamptz[]',
    values: [['2026-03-01T09:30:00.000Z'], ['2026-03-01T09:30:00.000Z', '1969-07-20T20:17:40.000Z']],
  },
  { name: 'moods', sdl: '[Mood!]', sql: 'text[]', values: [['HAPPY'], ['SAD', 'HAPPY'], []] },
  {
    name: 'document',
    sdl: 'JSON',
    sql: 'jsonb',
    values: [{ a: { b: [1, 'x', null] }, n: 5 }, { a: null, n: 12, t: 'Text 50%' }, [1, [2], { k: 'v' }], 'text', 3, true, { n: 'five' }],
  },
  { name: 'written', sdl: 'JSON @column(type: "json")', sql: 'json', values: [{ a: { b: [1, 'x'] }, n: 5 }, { n: 12 }, [1, 2]] },
  {
    name: 'address',
    sdl: 'String @column(type: "inet")',
    sql: 'inet',
    values: ['10.0.0.1', '10.0.0.20', '192.168.1.0/24'],
    order: (left: string, right: string) => Number(address(left) - address(right)),
    text: asIs,
  },
  { name: 'bytes', sdl: 'Bytes', sql: 'bytea', values: ['AAEC/w==', '', 'T0RSQVM=', Buffer.alloc(200, 7).toString('base64')] },
];

/** jsonb's own containment. */
export const containsJson = (whole: unknown, part: unknown, top = true): boolean => {
  if (Array.isArray(whole)) {
    if (Array.isArray(part)) return part.every((item) => whole.some((own) => containsJson(own, item, false)));
    return top && (typeof part !== 'object' || part === null) && whole.some((own) => own === part);
  }
  if (typeof whole === 'object' && whole !== null) {
    return (
      typeof part === 'object' &&
      part !== null &&
      !Array.isArray(part) &&
      Object.entries(part).every(([key, value]) => key in whole && containsJson((whole as Record<string, unknown>)[key], value, false))
    );
  }
  return whole === part;
};
