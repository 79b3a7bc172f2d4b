import { snakeCase } from '../../src/model/names.js';
import { EVALUATED_COLUMNS, type EvaluatedColumn } from './evaluated-columns.js';
import { PATHS } from './evaluated-values.js';
import type { Random } from './generate.js';

export const SDL = `
  type Evaluated @table(name: "evaluated") {
    id: ID! @column(type: "integer") body: String @fulltext @trigram parent: Evaluated @join(from: "parent_id", type: "integer")
    ${EVALUATED_COLUMNS.map(({ name, sdl }) => `${name}: ${sdl}`).join('\n    ')} }
  enum Mood { HAPPY @value(is: "happy") SAD @value(is: "not happy") }
`;

/** The collation takes texts for equal that differ by case or accents. */
export const TABLES = `
  CREATE EXTENSION IF NOT EXISTS citext;
  CREATE COLLATION evaluated_loose (provider = icu, locale = 'und-u-ks-level1', deterministic = false);
  CREATE TYPE evaluated_mood AS ENUM ('not happy', 'happy');
  CREATE TABLE evaluated (id int PRIMARY KEY, body text, parent_id int,
    ${EVALUATED_COLUMNS.map(({ name, sql }) => `"${snakeCase(name)}" ${sql}`).join(', ')});
`;

/** Rows as SQL reads them, without their ids. */
export const generateRows = (random: Random, count: number): (string | null)[][] =>
  Array.from({ length: count }, () => EVALUATED_COLUMNS.map(({ held }) => (random.chance(0.12) ? null : random.pick(held))));

type Where = Record<string, unknown>;

/** They have the most that can be asked for, so they are asked about more often. */
const DOCUMENTS = EVALUATED_COLUMNS.filter(({ sdl }) => sdl.startsWith('JSON'));

/** A `where` as the schema has coerced it. */
export const generateWhere = (random: Random, depth: number): Where => {
  const where: Where = {};
  for (let count = 1 + random.below(2); count > 0; count -= 1) {
    const column = random.pick(random.chance(0.25) ? DOCUMENTS : EVALUATED_COLUMNS);
    where[column.name] = random.chance(0.03) ? null : condition(random, column);
  }
  if (depth > 0 && random.chance(0.5)) {
    const several = () => Array.from({ length: random.below(4) }, () => generateWhere(random, depth - 1));
    const name = random.pick(['AND', 'OR', 'NOT']);
    where[name] = name === 'NOT' ? generateWhere(random, depth - 1) : several();
  }
  return where;
};

const condition = (random: Random, column: EvaluatedColumn): Where =>
  Object.fromEntries(
    Array.from({ length: 1 + random.below(2) }, () => random.pick(column.operators)).map((operator) => [
      operator,
      valueOf(random, column, operator),
    ]),
  );

const valueOf = (random: Random, column: EvaluatedColumn, operator: string): unknown => {
  if (operator === 'caseInsensitive') {
    const inner = random.pick(['eq', 'in', 'gt', 'lte', 'contains', 'startsWith', 'endsWith']);
    return { [inner]: valueOf(random, column, inner) };
  }
  if (operator === 'at') return Array.from({ length: random.below(3) }, () => atPath(random, column));
  if (operator === 'hasKey') return random.pick(['a', 'n', 'bb', '__proto__', '', 'text', 'b', 'constructor']);
  if (random.chance(0.04)) return null;
  const isOfList = ['includesAll', 'includesSome'].includes(operator) || (operator === 'eq' && column.operators.includes('includes'));
  return isOfList || operator === 'in' ? some(random, column.asked) : random.pick(column.asked);
};

const some = <T>(random: Random, items: readonly T[]): T[] => Array.from({ length: random.below(4) }, () => random.pick(items));

const atPath = (random: Random, { asked }: EvaluatedColumn): Where => {
  const of = () => random.pick(asked);
  const operators: readonly (readonly [string, () => unknown])[] = [
    ['exists', () => random.chance(0.5)],
    ['eq', () => (random.chance(0.2) ? null : of())],
    ['in', () => some(random, asked)],
    ...['gt', 'gte', 'lt', 'lte'].map((name) => [name, () => (random.chance(0.1) ? null : of())] as const),
    ...['contains', 'startsWith'].map(
      (name) =>
        [name, () => random.pick(['1', '50%', '"', ': ', ', ', '{', 'e', 'T', '', '12.50', '1, "aa"', '.', 'true', '000', '\\'])] as const,
    ),
  ];
  const chosen = Array.from({ length: 1 + random.below(2) }, () => random.pick(operators));
  return { path: random.pick(PATHS), ...Object.fromEntries(chosen.map(([name, make]) => [name, make()])) };
};
