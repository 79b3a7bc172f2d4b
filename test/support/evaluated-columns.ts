import { readJson } from '../../src/model/exact-json.js';
import {
  U,
  TEXT,
  INTEGERS,
  NUMBERS,
  BEYOND,
  DECIMALS,
  FLOATS,
  MOMENTS,
  ASKED_MOMENTS,
  WALLS,
  ASKED_WALLS,
  SPANS,
  ASKED_SPANS,
  JSON_TEXTS,
  ADDRESSES,
} from './evaluated-values.js';

/** A column of the rows that predicates are evaluated on. */
export interface EvaluatedColumn {
  readonly name: string;
  /** In the schema. */
  readonly sdl: string;
  /** In the table. */
  readonly sql: string;
  /** What rows hold, as SQL reads it. */
  readonly held: readonly string[];
  /** What clients ask for, as the schema has coerced it: one, or an item of a list. */
  readonly asked: readonly unknown[];
  readonly operators: readonly string[];
}

const EQUAL = ['eq', 'in'];
const ORDER = [...EQUAL, 'gt', 'gte', 'lt', 'lte'];
const PARTS = ['contains', 'startsWith', 'endsWith'];
const LIST = ['eq', 'includes', 'includesAll', 'includesSome'];
const ID = [...EQUAL, ...PARTS];
const STRING = [...ORDER, ...PARTS, 'caseInsensitive'];

const json = { held: JSON_TEXTS, asked: JSON_TEXTS.map(readJson), operators: ['eq', 'contains', 'hasKey', 'at'] };
const column = (name: string, sdl: string, sql: string, rest: Omit<EvaluatedColumn, 'name' | 'sdl' | 'sql'>): EvaluatedColumn => ({
  name,
  sdl,
  sql,
  ...rest,
});
const typed = (scalar: string, type: string): string => `${scalar} @column(type: "${type}")`;

/** `{` with texts as SQL reads a list. */
const list = (...items: (string | null)[]): string => `{${items.map((item) => (item === null ? 'NULL' : JSON.stringify(item))).join(',')}}`;

export const EVALUATED_COLUMNS: readonly EvaluatedColumn[] = [
  column('plain', 'String', 'text', { ...TEXT, operators: STRING }),
  column('short', typed('String', 'character varying'), 'varchar(40)', { ...TEXT, operators: STRING }),
  column('fixed', typed('String', 'character'), 'char(6)', {
    held: ['abc', 'ABC', 'abcdef', 'Zz', '', 'äö'],
    asked: ['abc', 'abc  ', 'ABC', 'c', 'c ', 'Zz', '', 'Ä'],
    operators: STRING,
  }),
  column('anyCase', typed('String', 'citext'), 'citext', { ...TEXT, operators: STRING }),
  column('anyCaseInC', typed('String', 'citext'), 'citext COLLATE "C"', { ...TEXT, operators: STRING }),
  column('inC', 'String', 'text COLLATE "C"', { ...TEXT, operators: STRING }),
  column('inPoints', 'String', 'text COLLATE "ucs_basic"', { ...TEXT, operators: STRING }),
  column('inOrderOfWords', 'String', 'text COLLATE "und-x-icu"', { ...TEXT, operators: [...EQUAL, ...PARTS, 'caseInsensitive'] }),
  column('loose', 'String', 'text COLLATE evaluated_loose', { ...TEXT, operators: ['caseInsensitive'] }),
  column('anyCaseOfWords', typed('String', 'citext'), 'citext COLLATE "und-x-icu"', {
    ...TEXT,
    operators: [...EQUAL, ...PARTS, 'caseInsensitive'],
  }),
  column('word', typed('ID', 'text'), 'text', { ...TEXT, operators: ID }),
  column('token', 'ID', 'uuid', {
    held: [U('1'), U('a'), U('f')],
    asked: [U('1'), U('a'), U('A').toUpperCase(), U('f').replaceAll('-', ''), 'no uuid', '', '4000', U('9')],
    operators: ID,
  }),
  column('tokenText', typed('String', 'uuid'), 'uuid', {
    held: [U('1'), U('a'), U('f')],
    asked: [U('1'), U('a').toUpperCase(), U('9')],
    operators: ORDER.concat(PARTS, 'caseInsensitive'),
  }),
  column('number', typed('ID', 'integer'), 'integer', {
    held: INTEGERS,
    asked: [...INTEGERS, '+7', 'x', '1.0', '99999999999', ''],
    operators: ID,
  }),
  column('numberText', typed('String', 'integer'), 'integer', { held: INTEGERS, asked: [...INTEGERS, ...BEYOND], operators: ORDER }),
  column('amountKey', typed('ID', 'numeric'), 'numeric', {
    held: DECIMALS.slice(0, 14),
    asked: [...DECIMALS, 'x', '1e', '.5'],
    operators: EQUAL,
  }),
  column('ratioKey', typed('ID', 'double precision'), 'float8', {
    held: FLOATS.map(String),
    asked: ['0', '0.1', '1e100', 'NaN', '1e999', 'x', '-0', '3'],
    operators: EQUAL,
  }),
  column('momentKey', typed('ID', 'timestamp with time zone'), 'timestamptz', {
    held: MOMENTS,
    asked: [...ASKED_MOMENTS, '2026-02-30T00:00:00Z', '2026-03-01 09:30:00+00', 'now', 'x'],
    operators: EQUAL,
  }),
  column('dayKey', typed('ID', 'date'), 'date', {
    held: ['2026-03-01', '0044-03-15 BC', 'infinity'],
    asked: ['2026-03-01', '0044-03-15 BC', 'infinity', '2026-02-30', 'x', '0000-01-01'],
    operators: EQUAL,
  }),
  column('address', typed('String', 'inet'), 'inet', { held: ADDRESSES, asked: [...ADDRESSES, '010.0.0.1'], operators: ORDER }),
  column('addressText', typed('String', 'inet'), 'inet', {
    held: ADDRESSES,
    asked: [...ADDRESSES, '10.', '/24', 'FE80', '::'],
    operators: [...PARTS, 'caseInsensitive'],
  }),
  column('whole', 'Int', 'integer', { held: INTEGERS, asked: NUMBERS, operators: ORDER }),
  column('small', typed('Int', 'smallint'), 'smallint', {
    held: ['0', '-5', '32767', '7'],
    asked: [...NUMBERS, 100_000],
    operators: ORDER,
  }),
  column('big', 'BigInt', 'bigint', {
    held: ['9007199254740993', '9007199254740992', '-9223372036854775808', '9223372036854775807', '0', '-1'],
    asked: ['9007199254740993', '9007199254740992', '0', '-1', '007', ...BEYOND],
    operators: ORDER,
  }),
  column('share', typed('Float', 'integer'), 'integer', { held: INTEGERS, asked: FLOATS, operators: ORDER }),
  column('exact', typed('Decimal', 'bigint'), 'bigint', { held: INTEGERS, asked: DECIMALS, operators: ORDER }),
  column('decimal', 'Decimal', 'numeric', { held: DECIMALS, asked: DECIMALS, operators: ORDER }),
  column('decimalFloat', typed('Float', 'numeric'), 'numeric', { held: DECIMALS, asked: FLOATS, operators: ORDER }),
  column('double', 'Float', 'float8', {
    held: [...FLOATS.map(String), 'NaN', 'Infinity', '-Infinity', '-0', '5e-324', '1.7e308'],
    asked: FLOATS,
    operators: ORDER,
  }),
  column('doubleDecimal', typed('Decimal', 'double precision'), 'float8', {
    held: [...FLOATS.map(String), 'NaN', 'Infinity', '-Infinity', '-0'],
    asked: DECIMALS,
    operators: ORDER,
  }),
  column('real', typed('Float', 'real'), 'real', {
    held: ['0', '-0', '0.1', '0.5', '1.5', '16777216', '3.4e38', '1e-45', 'NaN', 'Infinity', '-Infinity'],
    asked: FLOATS,
    operators: ORDER,
  }),
  column('realDecimal', typed('Decimal', 'real'), 'real', {
    held: ['0', '0.1', '1.5', '3.4e38', 'NaN', 'Infinity', '-Infinity'],
    asked: DECIMALS,
    operators: ORDER,
  }),
  column('flag', 'Boolean', 'boolean', { held: ['true', 'false'], asked: [true, false], operators: ['eq'] }),
  column('day', 'Date', 'date', {
    held: ['2026-03-01', '2024-02-29', '0044-03-15 BC', 'infinity', '-infinity', '5874897-12-31', '4714-11-24 BC'],
    asked: ['2026-03-01', '2024-02-29', '0044-03-15 BC', 'infinity', '-infinity', '5874897-12-31', '1999-12-31'],
    operators: ORDER,
  }),
  column('clock', 'LocalTime', 'time', {
    held: ['09:30:00', '23:59:59.5', '00:00:00', '24:00:00', '12:00:00.000001'],
    asked: ['09:30', '09:30:00.0', '23:59:59.5', '24:00:00', '00:00:00.000005', '12:00:00.000001'],
    operators: ORDER,
  }),
  column('moment', 'DateTime', 'timestamptz', { held: MOMENTS, asked: ASKED_MOMENTS, operators: ORDER }),
  column('wall', 'LocalDateTime', 'timestamp', { held: WALLS, asked: ASKED_WALLS, operators: ORDER }),
  column('momentWithoutZone', typed('DateTime', 'timestamp without time zone'), 'timestamp', {
    held: WALLS,
    asked: ASKED_MOMENTS,
    operators: ORDER,
  }),
  column('span', 'Duration', 'interval', { held: SPANS, asked: ASKED_SPANS, operators: ORDER }),
  column('mood', 'Mood', 'text', { held: ['happy', 'not happy'], asked: ['happy', 'not happy'], operators: EQUAL }),
  column('kind', typed('Mood', 'evaluated_mood'), 'evaluated_mood', {
    held: ['happy', 'not happy'],
    asked: ['happy', 'not happy'],
    operators: EQUAL,
  }),
  column('bytes', 'Bytes', 'bytea', {
    held: ['\\x', '\\x000102ff', '\\x4f44524153', '\\x00'],
    asked: ['', 'AAEC/w==', 'T0RSQVM=', 'AA==', 'AB=='],
    operators: EQUAL,
  }),
  column('words', '[String!]', 'text[]', {
    held: [
      '{}',
      list('a', 'b'),
      list('b', 'a'),
      list('a', null),
      list(null),
      list('', 'NULL', 'it\'s "quoted"', '{x}', 'a,b'),
      '{{a,b},{c,d}}',
      list('ä', 'line\nbreak', '[1:2]'),
    ],
    asked: ['a', 'b', '', 'NULL', '{x}', 'it\'s "quoted"', 'ä', 'c', 'A', 'line\nbreak'],
    operators: LIST,
  }),
  column('anyWords', typed('[String!]', 'citext[]'), 'citext[]', {
    held: ['{}', list('a', 'B'), list('Ä', null), list('a')],
    asked: ['a', 'A', 'b', 'ä'],
    operators: LIST,
  }),
  column('tokens', '[ID!]', 'uuid[]', {
    held: ['{}', list(U('1'), U('a')), list(U('a'), null)],
    asked: [U('1'), U('a').toUpperCase(), 'x'],
    operators: LIST,
  }),
  column('counts', '[Int!]', 'integer[]', {
    held: ['{}', '{1,2}', '{2,3,3}', '{NULL,1}', '{{1,2},{3,4}}'],
    asked: [1, 2, 3, 2_147_483_647],
    operators: LIST,
  }),
  column('smalls', typed('[Int!]', 'smallint[]'), 'smallint[]', {
    held: ['{}', '{1,2}', '{32767}'],
    asked: [1, 2, 100_000],
    operators: LIST,
  }),
  column('bigs', '[BigInt!]', 'bigint[]', {
    held: ['{}', '{9007199254740993,1}', '{9007199254740992}'],
    asked: ['9007199254740993', '1', BEYOND[0]!],
    operators: LIST,
  }),
  column('amounts', '[Decimal!]', 'numeric[]', {
    held: ['{}', '{1.50,NaN}', '{12345678901234567890.123456789,2}'],
    asked: ['1.5', 'NaN', '2.0', '12345678901234567890.123456789'],
    operators: LIST,
  }),
  column('reals', typed('[Float!]', 'real[]'), 'real[]', {
    held: ['{}', '{0.1,NaN}', '{1.5,-0}'],
    asked: [0.1, 1.5, 0, 1e300],
    operators: LIST,
  }),
  column('flags', '[Boolean!]', 'boolean[]', { held: ['{}', '{t,f}', '{t,NULL}'], asked: [true, false], operators: LIST }),
  column('moments', '[DateTime!]', 'timestamptz[]', {
    held: ['{}', list(MOMENTS[0]!, MOMENTS[3]!), list(MOMENTS[5]!)],
    asked: ['2026-03-01T11:30:00+02:00', 'infinity', '0044-03-15T01:02:03.5Z BC', '2026-02-30T00:00:00Z'],
    operators: LIST,
  }),
  column('days', '[Date!]', 'date[]', { held: ['{}', '{2026-03-01}'], asked: ['2026-03-01', '2024-02-29'], operators: LIST }),
  column('spans', '[Duration!]', 'interval[]', { held: ['{}', '{P1D,PT1S}', '{P1M}'], asked: ['PT24H', 'P30D', 'PT1S'], operators: LIST }),
  column('moods', '[Mood!]', 'text[]', {
    held: ['{}', list('happy'), list('not happy', 'happy')],
    asked: ['happy', 'not happy'],
    operators: LIST,
  }),
  column('kinds', typed('[Mood!]', 'evaluated_mood[]'), 'evaluated_mood[]', {
    held: ['{}', list('happy'), list('not happy', 'happy')],
    asked: ['happy', 'not happy'],
    operators: LIST,
  }),
  column('document', 'JSON', 'jsonb', json),
  column('written', typed('JSON', 'json'), 'json', json),
];
