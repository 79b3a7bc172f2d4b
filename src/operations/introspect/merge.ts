import type { SchemaFile } from '../../model/parse.js';
import { print, type Edit } from './edits.js';
import type { Definition, Parts } from './definitions.js';

/** One difference, as it is shown. */
export interface Change {
  readonly file: string;
  /** In the file as it was; undefined for a new file. */
  readonly line: number | undefined;
  readonly removed: readonly string[];
  readonly added: readonly string[];
}

export interface Merged {
  /** All files after the merge, in order of their names. */
  readonly files: readonly SchemaFile[];
  readonly changes: readonly Change[];
  /** What both sides have changed, in words with file and line: it stays as it is in the file. */
  readonly conflicts: readonly string[];
}

export interface Sides {
  /** What was written the last time; nothing the first time. */
  readonly base: readonly Definition[];
  readonly mine: readonly Definition[];
  readonly theirs: readonly Definition[];
  readonly myFiles: readonly SchemaFile[];
  readonly baseFiles: readonly SchemaFile[];
  readonly theirFiles: readonly SchemaFile[];
  /** The path of a file by its name. */
  readonly pathOf: (name: string) => string;
}

/**
 * Brings into files what has changed in the stores since the last time, and leaves all that a person has changed: names, descriptions,
 * directives, comments, what was added, and what was taken out.
 */
export const merge = ({ base, mine, theirs, myFiles, baseFiles, theirFiles, pathOf }: Sides): Merged => {
  const edits = new Map<string, Edit[]>();
  const appended = new Map<string, string[]>();
  const changes: Change[] = [];
  const conflicts: string[] = [];
  const edit = (file: string, line: number, each: Edit): void => {
    edits.set(file, [...(edits.get(file) ?? []), each]);
    changes.push({ file, line, removed: each.removed, added: each.added });
  };
  const wholes = (id: string): Definition[] => mine.filter((each) => each.id === id);

  // An enum comes with the first type that has it: a type that a person has written has its own.
  const isNeeded = ({ id, name }: Definition): boolean =>
    !id.startsWith('enum ') ||
    theirs.some(
      (type) =>
        (wholes(type.id).length === 0 || base.some((each) => each.id === type.id)) &&
        type.members.some((member) => member.type.replace(/[[\]!]/g, '') === name),
    );
  // A file of which nothing has been here comes as it is, with its comments.
  const isNew = ({ path }: SchemaFile): boolean =>
    !myFiles.some((file) => file.path === pathOf(path)) &&
    !baseFiles.some((file) => file.path === path) &&
    !theirs.some((their) => their.file === path && ([...mine, ...base].some(({ id }) => id === their.id) || !isNeeded(their)));
  const newFiles = theirFiles.filter(isNew);
  for (const { path, text } of newFiles) {
    appended.set(pathOf(path), [text.trimEnd()]);
    changes.push({ file: pathOf(path), line: undefined, removed: [], added: text.trimEnd().split('\n') });
  }
  for (const their of theirs) {
    if (newFiles.some(({ path }) => path === their.file)) continue;
    const own = wholes(their.id);
    const before = base.find(({ id }) => id === their.id);
    const main = own.find(({ isExtension }) => !isExtension);
    if (!main) {
      if (before || own.length > 0 || !isNeeded(their)) continue;
      const path = pathOf(their.file);
      const text = theirFiles.find((file) => file.path === their.file)!.text.slice(their.start, their.end);
      appended.set(path, [...(appended.get(path) ?? []), text]);
      changes.push({ file: path, line: undefined, removed: [], added: text.split('\n') });
      continue;
    }
    // Without a last time nobody knows what was taken out on purpose.
    if (!before) continue;
    const header = mergeParts(before, main, their, (part) => conflicts.push(told(main, main.name, part, their)));
    if (header) edit(main.file, main.line, print.header(main, header, myFiles));
    const members = own.flatMap((definition) => definition.members.map((member) => ({ definition, member })));
    for (const member of their.members) {
      const old = before.members.find(({ id }) => id === member.id);
      const found = members.find((each) => each.member.id === member.id);
      if (!found) {
        if (old) continue;
        const taken = members.some((each) => each.member.name === member.name);
        if (taken)
          conflicts.push(`${main.file}:${main.line}  ${main.name} has a field ${member.name} already, so ${shown(member)} is not added`);
        else edit(main.file, main.line, print.insert(main, member, myFiles));
      } else if (old) {
        const where = `${main.name}.${found.member.name}`;
        const parts = mergeParts(old, found.member, member, (part) =>
          conflicts.push(told({ ...found.member, file: found.definition.file }, where, part, member)),
        );
        if (parts) edit(found.definition.file, found.member.line, print.replace(found.member, parts, found.definition.file, myFiles));
      }
    }
    for (const old of before.members.filter(({ id }) => !their.members.some((each) => each.id === id))) {
      const found = members.find(({ member }) => member.id === old.id);
      if (!found) continue;
      const { definition, member } = found;
      if (isLike(old, member)) edit(definition.file, member.line, print.remove(member, definition.file, myFiles));
      else conflicts.push(`${definition.file}:${member.line}  ${main.name}.${member.name}: ${GONE}`);
    }
  }
  for (const old of base.filter(({ id }) => !theirs.some((their) => their.id === id))) {
    for (const own of wholes(old.id)) {
      const isUntouched =
        isLike(old, own) && own.members.every((member) => old.members.some((each) => each.id === member.id && isLike(each, member)));
      if (isUntouched) edit(own.file, own.line, print.remove(own, own.file, myFiles));
      else conflicts.push(`${own.file}:${own.line}  ${own.name}: ${GONE}`);
    }
  }
  return { files: print.files(myFiles, edits, appended), changes, conflicts };
};

const GONE = 'it is gone from the stores, and you have changed it here: take it out';

/** What both have changed, in words. */
const told = (at: { readonly file: string; readonly line: number }, name: string, part: string, their: Parts): string =>
  `${at.file}:${at.line}  ${name}: you have changed its ${part}, and so have the stores: it would be ${shown(their)}`;

export const shown = ({ name, type, directives }: Parts): string =>
  `${name}${type === '' ? '' : `: ${type}`}${[...directives.values()].map((each) => ` ${each}`).join('')}`;

const isLike = (one: Parts, other: Parts): boolean => one.description === other.description && shown(one) === shown(other);

/** The merged parts; undefined if there is nothing to change. */
const mergeParts = (base: Parts, mine: Parts, theirs: Parts, conflict: (part: string) => void): Parts | undefined => {
  let isChanged = false;
  const pick = (part: string, old: string | undefined, own: string | undefined, their: string | undefined): string | undefined => {
    if (their === old || their === own) return own;
    if (own !== old) return (conflict(part), own);
    isChanged = true;
    return their;
  };
  const names = new Set([...mine.directives.keys(), ...theirs.directives.keys()]);
  const merged = {
    description: pick('description', base.description, mine.description, theirs.description)!,
    name: pick('name', base.name, mine.name, theirs.name)!,
    type: pick('type', base.type, mine.type, theirs.type)!,
    directives: new Map(
      [...names].flatMap((name) => {
        const text = pick(`@${name}`, base.directives.get(name), mine.directives.get(name), theirs.directives.get(name));
        return text === undefined ? [] : [[name, text] as const];
      }),
    ),
  };
  return isChanged ? merged : undefined;
};

/** What has come, gone or changed in the stores since the last time, in words; descriptions are none of it. */
export const drift = (base: readonly Definition[], theirs: readonly Definition[]): string[] => {
  const compare = (what: string, old: readonly (Parts & { readonly id: string })[], now: readonly (Parts & { readonly id: string })[]) => [
    ...old.filter(({ id }) => !now.some((each) => each.id === id)).map((each) => `- ${what}${shown(each)}`),
    ...now.flatMap((each) => {
      const before = old.find(({ id }) => id === each.id);
      if (!before) return [`+ ${what}${shown(each)}`];
      return shown(before) === shown(each) ? [] : [`- ${what}${shown(before)}`, `+ ${what}${shown(each)}`];
    }),
  ];
  return [
    ...compare('', base, theirs),
    ...theirs.flatMap((their) => {
      const before = base.find(({ id }) => id === their.id);
      return before ? compare(`${their.name}.`, before.members, their.members) : [];
    }),
  ];
};
