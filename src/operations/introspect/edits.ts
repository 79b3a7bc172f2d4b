import type { SchemaFile } from '../../model/parse.js';
import type { Definition, Member, Parts } from './definitions.js';

/** A piece of a file that gives way to another, and the lines that show it. */
export interface Edit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
  readonly removed: readonly string[];
  readonly added: readonly string[];
}

const textOf = (path: string, files: readonly SchemaFile[]): string => files.find((file) => file.path === path)!.text;

const written = ({ name, type, directives }: Parts): string =>
  `${name}${type === '' ? '' : `: ${type}`}${[...directives.values()].map((each) => ` ${each}`).join('')}`;

const described = (text: string, indent: string): string => {
  if (text === '') return '';
  if (!text.includes('\n')) return `${JSON.stringify(text)}\n${indent}`;
  return `"""\n${text
    .replaceAll('"""', '\\"""')
    .split('\n')
    .map((line) => `${indent}${line}`.trimEnd())
    .join('\n')}\n${indent}"""\n${indent}`;
};

/** From the beginning of the first line to the end of the last, with its line break, where nothing else stands on them. */
const wholeLines = (text: string, start: number, end: number): { readonly start: number; readonly end: number } => {
  const lineStart = text.lastIndexOf('\n', start - 1) + 1;
  const next = text.indexOf('\n', end);
  const lineEnd = next < 0 ? text.length : next + 1;
  return text.slice(lineStart, start).trim() === '' && text.slice(end, lineEnd).trim() === ''
    ? { start: lineStart, end: lineEnd }
    : { start, end };
};

export const print = {
  /** Name, directives and description of a type. */
  header: (own: Definition, parts: Parts, files: readonly SchemaFile[]): Edit => {
    const text = textOf(own.file, files);
    const keyword = own.members.some(({ type }) => type !== '') ? 'type' : 'enum';
    return {
      start: own.start,
      end: own.bodyStart,
      text: `${described(parts.description, '')}${keyword} ${written(parts)} `,
      removed: text.slice(own.start, own.bodyStart).trim().split('\n'),
      added: `${described(parts.description, '')}${keyword} ${written(parts)}`.split('\n'),
    };
  },
  /** A field of a type, after its last and a comment behind that. */
  insert: (own: Definition, member: Member, files: readonly SchemaFile[]): Edit => {
    const { end } = own.members.at(-1)!;
    const [comment = ''] = /^[ \t,]*#.*/.exec(textOf(own.file, files).slice(end)) ?? [];
    const text = `${described(member.description, '  ')}${written(member)}`;
    const at = end + comment.length;
    return { start: at, end: at, text: `\n  ${text}`, removed: [], added: `  ${text}`.split('\n') };
  },
  replace: (own: Member, parts: Parts, file: string, files: readonly SchemaFile[]): Edit => {
    const text = `${described(parts.description, '  ')}${written(parts)}`;
    const removed = textOf(file, files).slice(own.start, own.end).split('\n');
    return {
      start: own.start,
      end: own.end,
      text,
      removed: removed.map((line) => `  ${line.trimStart()}`),
      added: `  ${text}`.split('\n'),
    };
  },
  remove: (own: Definition | Member, file: string, files: readonly SchemaFile[]): Edit => {
    const text = textOf(file, files);
    const lines = wholeLines(text, own.start, own.end);
    // An empty line after a type goes with it.
    const end = 'members' in own && text[lines.end] === '\n' ? lines.end + 1 : lines.end;
    return { start: lines.start, end, text: '', removed: text.slice(lines.start, end).trimEnd().split('\n'), added: [] };
  },
  /** The files with all edits made, and with what stands at their ends. */
  files: (
    files: readonly SchemaFile[],
    edits: ReadonlyMap<string, readonly Edit[]>,
    appended: ReadonlyMap<string, readonly string[]>,
  ): SchemaFile[] => {
    const paths = [...new Set([...files.map(({ path }) => path), ...appended.keys()])].sort();
    return paths.map((path) => {
      let text = files.find((file) => file.path === path)?.text ?? '';
      // From the back, so that the places of the others stay; of two at one place, the later one first.
      const ordered = [...(edits.get(path) ?? [])]
        .map((edit, at) => ({ edit, at }))
        .sort((one, other) => other.edit.start - one.edit.start || other.at - one.at);
      for (const { edit } of ordered) text = text.slice(0, edit.start) + edit.text + text.slice(edit.end);
      const added = appended.get(path) ?? [];
      if (added.length > 0) text = `${[...(text.trim() === '' ? [] : [text.trimEnd()]), ...added].join('\n\n')}\n`;
      return { path, text };
    });
  },
};
