import type { SchemaFile } from '../../model/parse.js';
import { readDefinitions, type Definition } from './definitions.js';

/** New names by old ones: types and enums that a person has called otherwise than they were, or would be, written. */
export const renamesOf = (base: readonly Definition[], mine: readonly Definition[], theirs: readonly Definition[]): Map<string, string> => {
  const renames = new Map<string, string>();
  const find = (side: readonly Definition[], id: string) => side.find((each) => each.id === id && !each.isExtension);
  for (const their of theirs) {
    const [old, own] = [find(base, their.id), find(mine, their.id)];
    // A name that stands as it was written may give way to one that is said in the override file.
    if (!own || own.name === old?.name || own.name === their.name) continue;
    for (const name of [their.name, ...(old ? [old.name] : [])]) renames.set(name, own.name);
  }
  // An enum has no name but its own: it is known by the fields that it is the type of.
  const names = new Set(mine.map(({ name }) => name));
  for (const old of base.filter(({ id }) => id.startsWith('enum ') && !find(mine, id))) {
    for (const type of base) {
      const used = type.members.find((member) => bare(member.type) === old.name);
      const now = used && find(mine, type.id)?.members.find(({ id }) => id === used.id);
      const name = now && bare(now.type);
      if (name !== undefined && name !== old.name && names.has(name) && !base.some((each) => each.name === name))
        renames.set(old.name, name);
    }
  }
  return renames;
};

const bare = (type: string): string => type.replace(/[[\]!]/g, '');

/** Files in which types and enums have other names, wherever they are named: what they stand for stays. */
export const renamed = (files: readonly SchemaFile[], renames: ReadonlyMap<string, string>): SchemaFile[] => {
  if (renames.size === 0) return [...files];
  const definitions = readDefinitions(files, []);
  return files.map(({ path, text }) => {
    const edits: { start: number; end: number; text: string }[] = [];
    for (const definition of definitions.filter(({ file }) => file === path)) {
      const name = renames.get(definition.name);
      if (name !== undefined) {
        // A label that is the name of its type is said from now on.
        const labels = definition.id.startsWith('label ') && definition.directives.get('node') === '@node';
        edits.push({ start: definition.nameStart, end: definition.nameStart + definition.name.length, text: name });
        if (labels) {
          const at = text.indexOf('@node', definition.nameStart);
          edits.push({ start: at, end: at + '@node'.length, text: `@node(labels: [${JSON.stringify(definition.name)}])` });
        }
      }
      for (const { type, start, end, name: field } of definition.members) {
        // A join may name the type of the table in between.
        for (const { 0: said, 1: through, index } of text.slice(start, end).matchAll(/\bthrough:\s*"(\w+)"/g)) {
          const other = renames.get(through!);
          const from = start + index + said.length - 1 - through!.length;
          if (other !== undefined) edits.push({ start: from, end: from + through!.length, text: other });
        }
        const to = renames.get(bare(type));
        const at = to === undefined ? -1 : text.slice(start, end).search(new RegExp(String.raw`\b${field}\s*:`));
        if (to === undefined || at < 0) continue;
        const from = text.indexOf(bare(type), text.indexOf(':', start + at));
        edits.push({ start: from, end: from + bare(type).length, text: to });
      }
    }
    edits.sort((one, other) => other.start - one.start);
    return { path, text: edits.reduce((all, edit) => all.slice(0, edit.start) + edit.text + all.slice(edit.end), text) };
  });
};
