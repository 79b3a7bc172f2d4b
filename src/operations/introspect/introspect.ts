import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import type { Config } from '../../config.js';
import { counted, GatewayError, messageOf } from '../../errors.js';
import { createSilentLog, type Log } from '../../log.js';
import { compileModel } from '../../model/compile.js';
import { learnDatabase } from '../../model/database.js';
import { formatFaults } from '../../model/faults.js';
import type { SchemaFile } from '../../model/parse.js';
import { verifyTables } from '../../model/verify.js';
import { openStores } from '../../stores/open.js';
import type { Stores } from '../../stores/types.js';
import { checkLogins } from '../logins.js';
import { packageFiles } from '../schema-files.js';
import { readOverrides } from './overrides.js';
import { invalid, settle, type Found } from './settle.js';
import { survey, unknownNames } from './survey.js';

/** The override file in the schema folder. */
const OVERRIDES = 'introspect.yaml';

/** The folder of what was written the last time, in the schema folder: the gateway reads no schema from it. */
const LAST = '.introspected';

/**
 * Writes schema files for what the stores hold into the schema folder, or merges into those that are there what has changed in the stores.
 *
 * @param isCheck writes nothing, and fails where the stores have changed since the last time
 * @throws GatewayError SCHEMA_DRIFT, or SCHEMA_INVALID with file and line of names that meet
 */
export const introspect = async (config: Config, isCheck: boolean, log: Log): Promise<void> => {
  if (config.schemaFolder === undefined) throw new GatewayError('CONFIG_INVALID', { detail: NO_FOLDER });
  const stores = await openStores(config, log);
  try {
    await checkStores(stores);
    await introspectStores(stores, config.schemaFolder, isCheck, log);
  } finally {
    await stores.close();
  }
};

/** As `introspect`, with stores that are open. */
export const introspectStores = async (stores: Stores, folder: string, isCheck: boolean, log: Log): Promise<void> => {
  const last = readFolder(join(folder, LAST), (name) => name);
  if (isCheck && last.length === 0)
    throw new GatewayError('CONFIG_INVALID', {
      detail: `There is nothing to compare with in ${join(folder, LAST)}. Run introspect first.`,
    });
  const pathOf = (name: string): string => relative(process.cwd(), join(folder, name));
  const myFiles = readFolder(folder, pathOf).filter(({ path }) => !/(^|[\\/])(directives|scalars)\.graphql$/.test(path));
  const overrides = readOverrides(join(folder, OVERRIDES), pathOf(OVERRIDES));
  const seen = await survey(stores, overrides);
  const unknown = unknownNames(seen, overrides);
  if (unknown.length > 0) throw invalid(unknown);
  const found = settle(seen, overrides, { myFiles, last, pathOf });
  if (isCheck) return tellDrift(found.drift, log);
  tell(found, log);
  if (found.merged.files.length === 0) return log.info('  the stores are empty: there is nothing to write');
  write(folder, myFiles, found);
  await tellMismatches(found, stores, log);
};

const NO_FOLDER = 'introspect needs the folder to write to, which may be new. Set --schema or ODRAS_SCHEMA. Example: --schema mine';

const checkStores = async (stores: Stores): Promise<void> => {
  await checkLogins(stores);
  for (const store of ['relational', 'graph', 'vector'] as const)
    if (stores.availability[store].isDown) throw new GatewayError('STORE_UNAVAILABLE', { store, detail: 'it does not answer' });
};

const tell = ({ merged, leftOut }: Found, log: Log): void => {
  for (const { file, line, removed, added } of merged.changes) {
    if (line === undefined) {
      const names = added.flatMap((each) => /^(?:type|enum) (\w+)/.exec(each)?.[1] ?? []);
      log.info(`  new      ${file}: ${names.length > 0 && names.length < 4 ? names.join(', ') : `${names.length} types and enums`}`);
      continue;
    }
    log.info(`  changed  ${file}:${line}`);
    for (const each of removed) log.info(`  -${each}`);
    for (const each of added) log.info(`  +${each}`);
  }
  if (merged.changes.length === 0) log.info('  nothing has changed in the stores since the last time');
  for (const { name, why } of leftOut) log.info(`  left out ${name}: ${why}`);
  if (leftOut.length > 0) log.info(`  to show a column all the same, list it under show: in ${OVERRIDES}`);
  for (const conflict of merged.conflicts) log.warn(conflict);
};

const tellDrift = (lines: readonly string[], log: Log): void => {
  if (lines.length === 0) return log.info('  the schema is up to date with the stores');
  throw new GatewayError('SCHEMA_DRIFT', {
    count: counted(lines.length, 'difference'),
    detail: lines.map((line) => `  ${line}`).join('\n'),
  });
};

/** Whether the files fit the stores as they are now: what a person has changed may not. */
const tellMismatches = async ({ merged }: Found, { relational }: Stores, log: Log): Promise<void> => {
  const model = compileModel([...merged.files, ...packageFiles()]);
  await learnDatabase(model, relational, createSilentLog());
  const faults = await verifyTables(model, relational);
  if (faults.length > 0) log.warn(`the schema does not match the stores:\n${formatFaults(faults)}`);
};

const write = (folder: string, myFiles: readonly SchemaFile[], { merged, theirFiles }: Found): void => {
  try {
    mkdirSync(folder, { recursive: true });
    for (const { path, text } of merged.files)
      if (!myFiles.some((file) => file.path === path && file.text === text)) writeFileSync(path, text);
    rmSync(join(folder, LAST), { recursive: true, force: true });
    mkdirSync(join(folder, LAST));
    for (const { path, text } of theirFiles) writeFileSync(join(folder, LAST, path), text);
  } catch (error) {
    const detail = `The schema folder ${folder} cannot be written: ${messageOf(error)}. Set --schema to a folder that can be.`;
    throw new GatewayError('CONFIG_INVALID', { detail }, { cause: error });
  }
};

const readFolder = (folder: string, pathOf: (name: string) => string): SchemaFile[] =>
  existsSync(folder)
    ? readdirSync(folder)
        .filter((name) => name.endsWith('.graphql'))
        .sort()
        .map((name) => ({ path: pathOf(name), text: readFileSync(join(folder, name), 'utf8') }))
    : [];
