import {
  getNamedType,
  GraphQLError,
  isInputObjectType,
  isScalarType,
  Kind,
  parse,
  Source,
  type ASTNode,
  type DocumentNode,
  type GraphQLNamedType,
  type GraphQLSchema,
} from 'graphql';
import type { Fault, Place } from './faults.js';

/** One file of annotated SDL. */
export interface SchemaFile {
  /** Path shown in messages. */
  readonly path: string;
  readonly text: string;
}

/** All files as one document; syntax errors become faults. */
export const parseFiles = (files: readonly SchemaFile[], faults: Fault[]): DocumentNode => ({
  kind: Kind.DOCUMENT,
  definitions: files.flatMap(({ path, text }) => {
    try {
      return parse(new Source(text, path)).definitions;
    } catch (error) {
      if (!(error instanceof GraphQLError)) throw error;
      // A file of comments alone has nothing to say, and nothing wrong.
      if (text.split(/\r\n?|\n/).every((line) => /^[\s,\ufeff]*(#|$)/.test(line))) return [];
      faults.push({ place: { file: path, line: error.locations?.[0]?.line ?? 1 }, message: error.message });
      return [];
    }
  }),
});

/** Where a node stands: the line of its name, not that of a description before it. */
export const placeOf = (node: ASTNode | null | undefined): Place => {
  const named = node && 'name' in node && node.name ? node.name : node;
  return { file: named?.loc?.source.name ?? 'schema', line: named?.loc?.startToken.line ?? 1 };
};

/** Whether a node stands in a file that comes with the gateway. */
export const isOwnFile = (node: ASTNode): boolean => /(^|[\\/])(directives|scalars)\.graphql$/.test(node.loc?.source.name ?? '');

/** Names of the types that only arguments of directives have: clients do not see them. */
export const directiveTypes = (schema: GraphQLSchema): ReadonlySet<string> => {
  const found = new Set<string>();
  const add = (type: GraphQLNamedType): void => {
    if (isScalarType(type) || found.has(type.name)) return;
    found.add(type.name);
    if (isInputObjectType(type)) for (const field of Object.values(type.getFields())) add(getNamedType(field.type));
  };
  for (const directive of schema.getDirectives()) for (const argument of directive.args) add(getNamedType(argument.type));
  return found;
};
