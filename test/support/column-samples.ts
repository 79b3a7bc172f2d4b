import { isDeepStrictEqual } from 'node:util';
import { expect } from 'vitest';
import { snakeCase } from '../../src/model/names.js';
import { COLUMN_KINDS, type ColumnKind } from './column-kinds.js';
import { openTwoWays, type TwoWays } from './two-ways.js';

const SDL = `
  type Sample @table(name: "samples") { id: ID! @column(type: "integer") ${COLUMN_KINDS.map(({ name, sdl }) => `${name}: ${sdl}`).join(' ')} }
  enum Mood { HAPPY SAD @value(is: "not happy") }
`;
const TABLES = `
  CREATE EXTENSION citext;
  CREATE TYPE mood AS ENUM ('not happy', 'happy');
  CREATE TABLE samples (id int PRIMARY KEY, ${COLUMN_KINDS.map(({ name, sql }) => `"${snakeCase(name)}" ${sql}`).join(', ')});
`;
export const ROWS = Math.max(...COLUMN_KINDS.map(({ values }) => values.length)) + 1;

/** Rows by id: each column's values, and null where it has no more. */
export const rows = Array.from({ length: ROWS }, (_, id): Record<string, unknown> => ({
  id: String(id),
  ...Object.fromEntries(COLUMN_KINDS.map(({ name, values }) => [name, values[id] ?? null])),
}));

/** A gateway over a table with a column of each kind. */
export interface ColumnSamples extends TwoWays {
  /** The ids that pass. */
  found(where: unknown): Promise<string[]>;
  /** Expects that a condition on a column leaves these ids. */
  expectFound(kind: ColumnKind, condition: Record<string, unknown>, expected: string[]): Promise<void>;
}

export const openColumnSamples = async (): Promise<ColumnSamples> => {
  const gateway = await openTwoWays(SDL, TABLES);
  await gateway.ask('mutation ($input: [SampleCreateInput!]!) { createSamples(input: $input) { info { nodesCreated } } }', { input: rows });

  const found = async (where: unknown): Promise<string[]> =>
    (
      (await gateway.ask('query ($where: SampleWhere) { samples(where: $where, sort: [{id: ASC}]) { id } }', { where })) as {
        samples: { id: string }[];
      }
    ).samples.map(({ id }) => id);

  const expectFound = async (kind: ColumnKind, condition: Record<string, unknown>, expected: string[]): Promise<void> => {
    expect(await found({ [kind.name]: condition }), `${kind.name} ${JSON.stringify(condition)}`).toEqual(expected);
  };

  return { ...gateway, found, expectFound };
};

/** The ids of the rows whose value passes; null never does. */
export const passing = <V>({ name }: ColumnKind, test: (value: V) => boolean): string[] =>
  rows.filter((row) => row[name] !== null && test(row[name] as V)).map((row) => row['id'] as string);

export const sameAs = (kind: ColumnKind) => (kind.same ?? isDeepStrictEqual) as (left: unknown, right: unknown) => boolean;
