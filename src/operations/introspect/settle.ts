import { counted, GatewayError } from '../../errors.js';
import { schemaFaults } from '../../model/compile.js';
import { formatFaults, type Fault } from '../../model/faults.js';
import type { SchemaFile } from '../../model/parse.js';
import { packageFiles } from '../schema-files.js';
import { readDefinitions, type Definition } from './definitions.js';
import type { LeftOut } from './draft-tables.js';
import type { Draft } from './draft.js';
import { drift, merge, type Merged } from './merge.js';
import { Naming } from './naming.js';
import type { Overrides } from './overrides.js';
import { printDraft } from './print.js';
import { renamed, renamesOf } from './renames.js';
import { draftOf, type KnownLabels } from './draft-all.js';
import type { Survey } from './survey.js';

/** How often names that meet something are given anew. */
const TRIES = 20;

/** What is in the schema folder. */
export interface Before {
  /** The schema files, but for those that come with the gateway. */
  readonly myFiles: readonly SchemaFile[];
  /** What was written the last time, by the names of its files; nothing the first time. */
  readonly last: readonly SchemaFile[];
  /** The path of a file by its name. */
  readonly pathOf: (name: string) => string;
}

/** What the schema folder should hold. */
export interface Found {
  readonly merged: Merged;
  /** What the stores alone would give, to compare with the next time. */
  readonly theirFiles: readonly SchemaFile[];
  readonly leftOut: readonly LeftOut[];
  /** What has changed in the stores since the last time. */
  readonly drift: readonly string[];
}

/**
 * Drafts and merges until no name that was given by convention meets another.
 *
 * @throws GatewayError SCHEMA_INVALID with file and line of names that a person has given, and of what else does not compile
 */
export const settle = (seen: Survey, overrides: Overrides, { myFiles, last, pathOf }: Before): Found => {
  const naming = new Naming(overrides.names);
  const faults: Fault[] = [];
  const mine = readDefinitions(myFiles, faults);
  if (faults.length > 0) throw invalid(faults);
  const base = readDefinitions(last, []);
  const known = knownLabels(base, mine);
  for (let tries = 1; ; tries += 1) {
    const { draft, leftOut } = draftOf(seen, naming, overrides, known);
    const theirFiles = [...printDraft(draft)].map(([path, text]) => ({ path, text }));
    const theirs = readDefinitions(theirFiles, []);
    const renames = renamesOf(base, mine, theirs);
    const [baseFiles, newFiles] = [renamed(last, renames), renamed(theirFiles, renames)];
    const merged = merge({
      base: readDefinitions(baseFiles, []),
      mine,
      theirs: readDefinitions(newFiles, []),
      myFiles,
      baseFiles,
      theirFiles: newFiles,
      pathOf,
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

/** Labels of the types that were written the last time, and of the types of rows in a person's files. */
const knownLabels = (base: readonly Definition[], mine: readonly Definition[]): KnownLabels => {
  const ofRows = mine.filter(({ id, directives }) => id.startsWith('table ') && directives.has('node'));
  return {
    nodes: new Set(base.flatMap(({ id }) => (id.startsWith('label ') ? [id.slice('label '.length)] : []))),
    rows: new Set(
      ofRows.flatMap(({ name, directives }) => {
        const said = [...directives.get('node')!.matchAll(/"((?:[^"\\\\]|\\\\.)+)"/g)].map(([, label]) => label!);
        return said.length === 0 ? [name] : said;
      }),
    ),
  };
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

export const invalid = (faults: readonly Fault[]) =>
  new GatewayError('SCHEMA_INVALID', { count: counted(faults.length, 'fault'), detail: formatFaults(faults) });
