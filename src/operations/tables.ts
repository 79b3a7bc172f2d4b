import type { Engine } from '../engine.js';
import { tableTypes } from '../model/types.js';
import { quoteName } from '../sql/statement.js';
import { system } from '../sql/source.js';
import { tableToSql } from '../sql/tables.js';
import { makes } from './migrate.js';

/** Creates the tables of the schema that an embedded PostgreSQL lacks, but no views. Existing tables are not changed. */
export const makeTables = async ({ model, stores }: Engine): Promise<string[]> => {
  const made: string[] = [];
  for (const type of tableTypes(model).filter(({ table }) => !table.view)) {
    const name = system(type.table);
    const [[found] = []] = await stores.relational.read({ text: 'SELECT to_regclass($1)::text', values: [name] }, { primary: true });
    if (found !== null) continue;
    const { schema } = type.table;
    const inSchema = schema === 'public' ? '' : `CREATE SCHEMA IF NOT EXISTS ${quoteName(schema)};\n`;
    await makes(type.place, `Table ${schema}.${type.table.name} of ${type.name}`, () =>
      stores.relational.script(`${inSchema}${tableToSql(model, type)}`),
    );
    made.push(`table ${schema}.${type.table.name}`);
  }
  return made;
};
