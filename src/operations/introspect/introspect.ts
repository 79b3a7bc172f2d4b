import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import type { Config } from '../../config.js';
import { counted, GatewayError, messageOf } from '../../errors.js';
import { createSilentLog, type Log } from '../../log.js';
import { schemaFaults } from '../../model/compile.js';
import { learnDatabase } from '../../model/database.js';
import { formatFaults, type Fault } from '../../model/faults.js';
import type { SchemaFile } from '../../model/parse.js';
import { verifyTables } from '../../model/verify.js';
import { openStores } from '../../stores/open.js';
import type { Stores } from '../../stores/types.js';
import { checkLogins } from '../logins.js';
import { packageFiles } from '../schema-files.js';
import { readDefinitions, type Definition } from './definitions.js';
import type { LeftOut } from './draft-tables.js';
import type { Draft } from './draft.js';
import { drift, merge, type Merged } from './merge.js';
import { Naming } from './naming.js';
import { readOverrides, type Overrides } from './overrides.js';
import { printDraft } from './print.js';
import { renamed, renamesOf } from './renames.js';
import { draftOf, survey, unknownNames, type Survey } from './survey.js';

/** The override file in the schema folder. */
const OVERRIDES = 'introspect.yaml';

/** The folder of what was written the last time, in the schema folder: the gateway reads no schema from it. */
const LAST = '.introspected';

/** How often names that meet something are given anew. */
const TRIES = 20;

interface Found {
  readonly merged: Merged;
  readonly theirFiles: readonly SchemaFile[];
  readonly leftOut: readonly LeftOut[];
  readonly drift: readonly string[];
}

/**
 * Writes schema files for what the stores hold into the schema folder, or merges into those that are there what has changed in the stores.
 *
 * @param isCheck writes nothing, and fails where the stores have changed since the last time
 * @throws GatewayError SCHEMA_DRIFT, or SCHEMA_INVALID with file and line of names that meet
 */
export const introspect = async (config: Config, isCheck: boolean, log: Log): Promise<void> => {
  const folder = config.schemaFolder;
  if (folder === undefined) throw new GatewayError('CONFIG_INVALID', { detail: NO_FOLDER });
  const last = readFolder(join(folder, LAST));
  if (isCheck && last.length === 0)
    throw new GatewayError('CONFIG_INVALID', {
      detail: `There is nothing to compare with in ${join(folder, LAST)}. Run introspect first.`,
    });
  const overrides = readOverrides(join(folder, OVERRIDES), shownPath(join(folder, OVERRIDES)));
  const stores = await openStores(config, log);
  try {
    await checkStores(stores);
    const seen = await survey(stores, overrides);
    const unknown = unknownNames(seen, overrides);
    if (unknown.length > 0) throw invalid(unknown);
    const found = settle(folder, last, seen, overrides);
    if (isCheck) return tellDrift(found.drift, log);
    tell(found, log);
    write(folder, found);
    await tellMismatches(found, stores, log);
  } finally {
    await stores.close();
  }
};

const NO_FOLDER = 'introspect needs the folder to write to, which may be new. Set --schema or ODRAS_SCHEMA. Example: --schema mine';

const checkStores = async (stores: Stores): Promise<void> => {
  await checkLogins(stores);
  for (const store of ['relational', 'graph', 'vector'] as const)
    if (stores.availability[store].isDown) throw new GatewayError('STORE_UNAVAILABLE', { store, detail: 'it does not answer' });
};

/** Drafts and merges until no name that was given by convention meets another. */
const settle = (folder: string, last: readonly SchemaFile[], seen: Survey, overrides: Overrides): Found => {
  const naming = new Naming(overrides.names);
  const faults: Fault[] = [];
  const myFiles = readFolder(folder).filter(({ path }) => !/(directives|scalars)\.graphql$/.test(path));
  const mine = readDefinitions(myFiles, faults);
  if (faults.length > 0) throw invalid(faults);
  for (let tries = 1; ; tries += 1) {
    const { draft, leftOut } = draftOf(seen, naming, overrides);
    const theirFiles = [...printDraft(draft)].map(([path, text]) => ({ path, text }));
    const theirs = readDefinitions(theirFiles, []);
    const base = readDefinitions(last, []);
    const renames = renamesOf(base, mine, theirs);
    const [baseFiles, newFiles] = [renamed(last, renames), renamed(theirFiles, renames)];
    const merged = merge({
      base: readDefinitions(baseFiles, []),
      mine,
      theirs: readDefinitions(newFiles, []),
      myFiles,
      baseFiles,
      theirFiles: newFiles,
      pathOf: (name) => shownPath(join(folder, name)),
    });
    const wrong = merged.files.length === 0 ? [] : schemaFaults([...merged.files, ...packageFiles()]);
    if (wrong.length === 0 || merged.files.length === 0) return { merged, theirFiles, leftOut, drift: drift(base, theirs) };
    const ids = wrong.map((fault) => idOf(fault, merged.files, theirs, draft));
    const given = wrong.map((fault, at) => ({ ...fault, place: naming.given(ids[at] ?? '')?.place ?? fault.place }));
    const renamable = ids.filter((id): id is string => id !== undefined && !naming.given(id));
    if (renamable.length === 0 || renamable.length < ids.length || tries === TRIES) throw invalid(given);
    for (const id of new Set(renamable)) naming.avoid(id);
  }
};

/** What stands where a fault is, if its name is from a convention; undefined for what a person has written. */
const idOf = ({ place }: Fault, files: readonly SchemaFile[], theirs: readonly Definition[], draft: Draft): string | undefined => {
  const definitions = readDefinitions(files, []).filter(({ file }) => file === place.file);
  for (const definition of definitions) {
    const their = theirs.find(({ id }) => id === definition.id);
    if (definition.line === place.line && their?.name === definition.name)
      return draft.enums.find(({ name }) => name === their.name)?.id ?? draft.types.find(({ name }) => name === their.name)?.id;
    const member = definition.members.find(({ line }) => line === place.line);
    const theirMember = member && their?.members.find(({ id }) => id === member.id);
    if (theirMember && theirMember.name === member.name) return `${their!.id} ${theirMember.id}`;
  }
  return undefined;
};

const tell = ({ merged, leftOut }: Found, log: Log): void => {
  for (const { file, line, removed, added } of merged.changes) {
    if (line === undefined) {
      log.info(`  new      ${file}: ${added.filter((each) => /^type /.test(each)).length || 'no'} types, ${added.length} lines`);
      continue;
    }
    log.info(`  changed  ${file}:${line}`);
    for (const each of removed) log.info(`  -${each}`);
    for (const each of added) log.info(`  +${each}`);
  }
  if (merged.changes.length === 0) log.info('  nothing has changed in the stores since the last time');
  for (const { column, why } of leftOut) log.info(`  left out ${column}: ${why}`);
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
  if (merged.files.length === 0) return log.info('  the stores are empty: there is nothing to write');
  const { compileModel } = await import('../../model/compile.js');
  const model = compileModel([...merged.files, ...packageFiles()]);
  await learnDatabase(model, relational, createSilentLog());
  const faults = await verifyTables(model, relational);
  if (faults.length > 0) log.warn(`the schema does not match the stores:\n${formatFaults(faults)}`);
};

const write = (folder: string, { merged, theirFiles }: Found): void => {
  try {
    mkdirSync(folder, { recursive: true });
    for (const { path, text } of merged.files) writeFileSync(path, text);
    rmSync(join(folder, LAST), { recursive: true, force: true });
    mkdirSync(join(folder, LAST));
    for (const { path, text } of theirFiles) writeFileSync(join(folder, LAST, path), text);
  } catch (error) {
    const detail = `The schema folder ${folder} cannot be written: ${messageOf(error)}. Set --schema to a folder that can be.`;
    throw new GatewayError('CONFIG_INVALID', { detail }, { cause: error });
  }
};

const readFolder = (folder: string): SchemaFile[] =>
  existsSync(folder)
    ? readdirSync(folder)
        .filter((name) => name.endsWith('.graphql'))
        .sort()
        .map((name) => ({
          path: folder.endsWith(LAST) ? name : shownPath(join(folder, name)),
          text: readFileSync(join(folder, name), 'utf8'),
        }))
    : [];

const shownPath = (path: string): string => relative(process.cwd(), path);

const invalid = (faults: readonly Fault[]) =>
  new GatewayError('SCHEMA_INVALID', { count: counted(faults.length, 'fault'), detail: formatFaults(faults) });
