import type { Config } from '../config.js';
import { counted, GatewayError } from '../errors.js';
import type { Log } from '../log.js';
import { compileModel } from '../model/compile.js';
import { isSealed } from '../model/encryption.js';
import type { ColumnField, Encryption } from '../model/fields.js';
import { columnFields, isWritable, tableTypes, type TableType } from '../model/types.js';
import { system } from '../sql/source.js';
import { quoteName } from '../sql/statement.js';
import type { RelationalStore, TextRow } from '../stores/types.js';
import { readKeys } from './keys.js';
import { readSchemaFiles } from './schema-files.js';
import { withRelational } from './with-relational.js';

/** Rows of one transaction. */
const BLOCK = 500;

/**
 * Encrypts all values of encrypted columns with the first key, those that are not encrypted yet too, and writes their hashes anew. In
 * blocks, each of which is committed: a run that was broken off goes on where it stopped.
 *
 * @throws GatewayError KEYS_MISSING, CONFIG_INVALID; VALUES_UNREADABLE at the end, if no key fits some values: they stay as they are
 */
export const rotateKeys = async (config: Config, log: Log): Promise<void> => {
  const model = compileModel(readSchemaFiles(config.schemaFolder));
  readKeys(model, config.encryptionKeys);
  const fields = tableTypes(model)
    .filter(isWritable)
    .flatMap((type) => columnFields(type).flatMap((field) => (field.encrypted ? [{ type, field, encrypted: field.encrypted }] : [])));
  if (fields.length === 0) return log.info('nothing to do: the schema has no column with @encrypted');
  let unreadable = 0;
  await withRelational(config, log, async (relational) => {
    for (const { type, field, encrypted } of fields) {
      const done = await rotateField(relational, type, field, encrypted);
      unreadable += done.unreadable;
      log.info(`  ${type.name}.${field.name}: ${counted(done.written, 'value')} encrypted`);
    }
  });
  if (unreadable > 0) throw new GatewayError('VALUES_UNREADABLE', { count: counted(unreadable, 'value') });
  log.info('all values are encrypted with the first key');
};

const rotateField = async (
  relational: Pick<RelationalStore, 'transaction'>,
  type: TableType,
  field: ColumnField,
  encrypted: Encryption,
): Promise<{ written: number; unreadable: number }> => {
  const statements = statementsOf(type, field, encrypted);
  let after: readonly (string | null)[] | undefined;
  let written = 0;
  let unreadable = 0;
  for (;;) {
    const rows = await relational.transaction(async (run): Promise<readonly TextRow[]> => {
      const found = await run(statements.select(after));
      const opened = found.flatMap((row) => {
        const value = row.at(-1)!;
        const text = isSealed(value) ? encrypted.keyring.open(value, encrypted.context) : value;
        return text === undefined ? [] : [{ key: row.slice(0, -1), text }];
      });
      if (opened.length > 0) await run(statements.update(opened));
      written += opened.length;
      unreadable += found.length - opened.length;
      return found;
    });
    if (rows.length < BLOCK) return { written, unreadable };
    after = rows.at(-1)!.slice(0, -1);
  }
};

/** The statements that find and write the rows of a block, in the order of the key. */
const statementsOf = ({ table }: TableType, { column }: ColumnField, { keyring, context, search }: Encryption) => {
  const keys = table.key.map(({ name }) => quoteName(name));
  const name = quoteName(column.name);
  const hash = search && quoteName(search.column.name);
  return {
    select: (after: readonly (string | null)[] | undefined) => ({
      text:
        `SELECT ${[...keys, name].map((each) => `${each}::text`).join(', ')} FROM ${system(table)} r WHERE ${name} IS NOT NULL ` +
        `AND (NOT starts_with(${name}, $1)${hash === undefined ? '' : ` OR ${hash} IS NULL`})` +
        (after ? ` AND (${keys.join(', ')}) > (${table.key.map(({ sqlType }, index) => `$${index + 2}::${sqlType}`).join(', ')})` : '') +
        ` ORDER BY ${keys.map((key) => `r.${key}`).join(', ')} LIMIT ${BLOCK} FOR NO KEY UPDATE`,
      values: [keyring.prefix, ...(after ?? [])],
    }),
    update: (rows: readonly { readonly key: readonly (string | null)[]; readonly text: string }[]) => {
      const lists = [
        ...table.key.map(({ sqlType }, index) => ({ type: sqlType, values: rows.map(({ key }) => key[index]) })),
        { type: 'text', values: rows.map(({ text }) => keyring.seal(text, context)) },
        ...(hash === undefined ? [] : [{ type: 'text', values: rows.map(({ text }) => keyring.hash(text, context)) }]),
      ];
      const sets = [name, ...(hash === undefined ? [] : [hash])].map((each, index) => `${each} = n.c${keys.length + index}`).join(', ');
      return {
        text:
          `UPDATE ${system(table)} r SET ${sets} ` +
          `FROM unnest(${lists.map(({ type }, index) => `$${index + 1}::${type}[]`).join(', ')}) ` +
          `AS n(${lists.map((_, index) => `c${index}`).join(', ')}) ` +
          `WHERE ${keys.map((key, index) => `r.${key} = n.c${index}`).join(' AND ')}`,
        values: lists.map(({ values }) => values),
      };
    },
  };
};
