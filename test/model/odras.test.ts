import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { compileModel } from '../../src/model/compile.js';
import type { Column } from '../../src/model/columns.js';
import type { JoinField } from '../../src/model/fields.js';
import { columnFields, tableTypes } from '../../src/model/types.js';
import { verifyTables } from '../../src/model/verify.js';
import { readSchemaFiles } from '../../src/operations/schema-files.js';
import { openEmbeddedRelational } from '../../src/stores/relational/embedded.js';
import type { RelationalStore } from '../../src/stores/types.js';

/** What no client may read, whatever its rights. */
const SECRETS = ['auth_tokens.token_hash', 'file_content.encryption_key_id', 'users.password_hash', 'users.salt'];

const model = compileModel(readSchemaFiles());
const types = tableTypes(model);
const typeOf = new Map(types.map((type) => [type.table.name, type]));
const joins = types.flatMap((type) =>
  [...type.fields.values()]
    .filter((field): field is JoinField => field.kind === 'join')
    .map((field) => ({ type, field, target: typeOf.get(types.find(({ name }) => name === field.target)!.table.name)! })),
);

describe('the schema of ODRAS', () => {
  let store: RelationalStore;
  const read = async (text: string): Promise<(string | null)[][]> => await store.read({ text });

  beforeAll(async () => {
    store = await openEmbeddedRelational({});
    await store.script(readFileSync(new URL('../../src/operations/demo/odras.sql', import.meta.url), 'utf8'));
  }, 120_000);

  afterAll(() => store.close());

  it('has a type for each of the 64 tables and for the view, each of which fits', async () => {
    const relations = await read("SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'v')");
    expect(relations).toHaveLength(65);
    expect(types.map(({ table }) => table.name).sort()).toEqual(relations.map(([name]) => name).sort());
    expect(await verifyTables(model, store)).toEqual([]);
  });

  it('shows every column but the secrets', async () => {
    const columns = await read("SELECT table_name || '.' || column_name FROM information_schema.columns WHERE table_schema = 'public'");
    const shown = new Set([
      ...types.flatMap((type) => columnFields(type).map(({ column }) => `${type.table.name}.${column.name}`)),
      ...joins.map(({ type, field }) => `${type.table.name}.${field.from.name}`),
    ]);
    expect(columns.flatMap(([name]) => (shown.has(name!) ? [] : [name])).sort()).toEqual(SECRETS);
  });

  it('says of a column that it is never null, or filled by the database, where that is so', async () => {
    const columns = await read(
      `SELECT table_name || '.' || column_name, is_nullable, column_default IS NOT NULL FROM information_schema.columns
       WHERE table_schema = 'public' AND table_name NOT IN (SELECT table_name FROM information_schema.views WHERE table_schema = 'public')`,
    );
    const rules = new Map(
      columns.map(([name, nullable, hasDefault]) => [name, { nonNull: nullable === 'NO', hasDefault: hasDefault === 't' }]),
    );
    for (const type of types) {
      if (type.table.view) continue;
      for (const { name, column, nonNull, hasDefault, token } of columnFields(type)) {
        if (token) continue;
        const isKey = type.table.key.some((key) => key.name === column.name);
        const rule = rules.get(`${type.table.name}.${column.name}`)!;
        // A JSON value that is there may still be null.
        const isNeverNull = rule.nonNull && column.sqlType !== 'jsonb';
        expect([type.name, name, nonNull || isKey]).toEqual([type.name, name, isNeverNull]);
        // A key is made by the database or by the gateway; the identifier of a requirement by a trigger.
        const isFilled = rule.hasDefault || (type.name === 'Requirement' && name === 'identifier');
        if (!isKey) expect([type.name, name, hasDefault]).toEqual([type.name, name, isFilled]);
      }
    }
    for (const { type, field } of joins)
      if (!field.list && field.nonNull && !type.table.view)
        expect([type.name, field.name, rules.get(`${type.table.name}.${field.from.name}`)?.nonNull]).toEqual([type.name, field.name, true]);
  });

  it('follows every foreign key, and promises a row only where there is one', async () => {
    const keys = await read(
      `SELECT c.conrelid::regclass::text, a.attname, c.confrelid::regclass::text, b.attname FROM pg_constraint c
       JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = c.conkey[1]
       JOIN pg_attribute b ON b.attrelid = c.confrelid AND b.attnum = c.confkey[1]
       WHERE c.contype = 'f' AND c.connamespace = 'public'::regnamespace`,
    );
    expect(keys.length).toBeGreaterThan(90);
    const nameOf = (table: string, { name }: Column): string => `${table}.${name}`;
    const followed = new Set(
      joins
        .filter(({ field }) => !field.list)
        .map(({ type, field, target }) => `${nameOf(type.table.name, field.from)} ${nameOf(target.table.name, field.to)}`),
    );
    const foreign = new Set(keys.map(([table, column, other, key]) => `${table}.${column} ${other}.${key}`));
    expect([...foreign].filter((key) => !followed.has(key))).toEqual([]);
    const promised = joins
      .filter(({ type, field }) => !field.list && field.nonNull && !type.table.view)
      .map(({ type, field, target }) => `${nameOf(type.table.name, field.from)} ${nameOf(target.table.name, field.to)}`);
    expect(promised.filter((key) => !foreign.has(key))).toEqual([]);
  });
});
