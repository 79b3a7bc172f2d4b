import { Kind, print, type ConstDirectiveNode, type DefinitionNode, type FieldDefinitionNode, type TypeNode } from 'graphql';
import type { Fault } from '../../model/faults.js';
import { snakeCase } from '../../model/names.js';
import { parseFiles, type SchemaFile } from '../../model/parse.js';

/** What a definition or a field consists of, each part as text: what one side has changed in one part, it has not in another. */
export interface Parts {
  readonly description: string;
  readonly name: string;
  /** Of a field; empty for others. */
  readonly type: string;
  /** Each directive by its name, as printed. */
  readonly directives: ReadonlyMap<string, string>;
}

/** A field of a type, or a value of an enum. */
export interface Member extends Parts {
  /** What it shows: a column, a foreign key, a relationship. Its name may be another. */
  readonly id: string;
  readonly line: number;
  readonly start: number;
  readonly end: number;
}

/** A type or enum of a file. */
export interface Definition extends Parts {
  /** What it stands for: "table public.books", "label Book", "enum BookState". */
  readonly id: string;
  readonly file: string;
  readonly line: number;
  readonly start: number;
  readonly end: number;
  /** Where its name begins, and the bracket before its members. */
  readonly nameStart: number;
  readonly bodyStart: number;
  readonly isExtension: boolean;
  readonly members: readonly Member[];
}

const TYPES: ReadonlySet<string> = new Set([Kind.OBJECT_TYPE_DEFINITION, Kind.OBJECT_TYPE_EXTENSION]);
const ENUMS: ReadonlySet<string> = new Set([Kind.ENUM_TYPE_DEFINITION, Kind.ENUM_TYPE_EXTENSION]);

/** The types and enums of schema files, told apart by what they stand for; syntax errors become faults. */
export const readDefinitions = (files: readonly SchemaFile[], faults: Fault[]): Definition[] => {
  const nodes = files.flatMap((file) => parseFiles([file], faults).definitions.map((node) => ({ node, file })));
  const ids = new Map<string, string>();
  for (const { node } of nodes)
    if ((node.kind === Kind.OBJECT_TYPE_DEFINITION || node.kind === Kind.ENUM_TYPE_DEFINITION) && !ids.has(node.name.value))
      ids.set(node.name.value, idOf(node));
  return nodes.flatMap(({ node, file }): Definition[] => {
    if (!('name' in node) || !node.name || !(TYPES.has(node.kind) || ENUMS.has(node.kind))) return [];
    const nameEnd = node.name.loc!.end;
    const last = node.directives?.at(-1)?.loc?.end ?? nameEnd;
    const members: readonly { readonly node: Parameters<typeof membersOf>[0]; readonly id: string }[] =
      'fields' in node
        ? (node.fields ?? []).map((field) => ({ node: field as FieldDefinitionNode, id: memberId(field as FieldDefinitionNode, ids) }))
        : 'values' in node
          ? (node.values ?? []).map((value) => ({
              node: value,
              id: textOf(value.directives, 'value', 'is') ?? value.name.value.toLowerCase(),
            }))
          : [];
    return [
      {
        ...partsOf(node),
        id: ids.get(node.name.value) ?? `other ${node.name.value}`,
        file: file.path,
        line: node.name.loc!.startToken.line,
        start: node.loc!.start,
        end: node.loc!.end,
        nameStart: node.name.loc!.start,
        bodyStart: file.text.indexOf('{', last),
        isExtension: node.kind.endsWith('Extension'),
        members: members.map((member) => ({ ...membersOf(member.node), id: member.id })),
      },
    ];
  });
};

const membersOf = (node: Pick<FieldDefinitionNode, 'name' | 'loc' | 'description' | 'directives'> & { readonly type?: TypeNode }) => ({
  ...partsOf(node),
  line: node.name.loc!.startToken.line,
  start: node.loc!.start,
  end: node.loc!.end,
});

const partsOf = (node: object): Parts => {
  const { description, name, type, directives } = node as Partial<FieldDefinitionNode>;
  return {
    description: description?.value ?? '',
    name: name!.value,
    type: type ? print(type) : '',
    directives: new Map((directives ?? []).map((each) => [each.name.value, print(each)])),
  };
};

type Directives = readonly ConstDirectiveNode[] | undefined;

const argument = (directives: Directives, name: string, argumentName: string) =>
  directives?.find((each) => each.name.value === name)?.arguments?.find((each) => each.name.value === argumentName)?.value;

const textOf = (directives: Directives, name: string, argumentName: string): string | undefined => {
  const value = argument(directives, name, argumentName);
  if (value?.kind === Kind.LIST) return value.values.map((each) => ('value' in each ? String(each.value) : '')).join(',');
  return value?.kind === Kind.STRING || value?.kind === Kind.ENUM ? value.value : undefined;
};

const has = (directives: Directives, name: string): boolean => directives?.some((each) => each.name.value === name) ?? false;

const idOf = (node: DefinitionNode & { readonly name: { readonly value: string }; readonly directives?: Directives }): string => {
  const { name, directives, kind } = node;
  if (ENUMS.has(kind)) return `enum ${name.value}`;
  if (has(directives, 'table'))
    return `table ${textOf(directives, 'table', 'schema') ?? 'public'}.${textOf(directives, 'table', 'name') ?? ''}`;
  if (has(directives, 'node')) {
    const labels = argument(directives, 'node', 'labels');
    const first = labels?.kind === Kind.LIST ? labels.values[0] : labels;
    return `label ${first?.kind === Kind.STRING ? first.value : name.value}`;
  }
  return `type ${name.value}`;
};

const memberId = ({ name, type, directives }: FieldDefinitionNode, ids: ReadonlyMap<string, string>): string => {
  const targetName = print(type).replace(/[[\]!]/g, '');
  const target = (ids.get(targetName) ?? targetName).replace(/^(table|label) /, '');
  if (has(directives, 'join')) {
    const from = textOf(directives, 'join', 'from');
    const to = textOf(directives, 'join', 'to');
    const through = textOf(directives, 'join', 'through');
    if (through !== undefined) return `=${target} ${(ids.get(through) ?? through).replace(/^table /, '')} ${from ?? ''}`;
    return print(type).startsWith('[') ? `<${target} ${to ?? ''}` : `${from ?? ''}>${target}`;
  }
  if (has(directives, 'relationship'))
    return `-${textOf(directives, 'relationship', 'type') ?? ''} ${textOf(directives, 'relationship', 'direction') ?? ''} ${target}`;
  if (GRAPH.some((each) => has(directives, each))) return `@${name.value}`;
  return textOf(directives, 'column', 'name') ?? textOf(directives, 'alias', 'property') ?? snakeCase(name.value);
};

const GRAPH = ['traverse', 'path', 'neighbourhood', 'cypher', 'nearest'];
