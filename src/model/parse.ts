import { buildASTSchema, getNamedType, GraphQLError, isInputObjectType, isScalarType, Kind, parse, Source, type ASTNode, type DocumentNode, type GraphQLNamedType, type GraphQLSchema } from 'graphql';
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
      faults.push({ place: { file: path, line: error.locations?.[0]?.line ?? 1 }, message: error.message });
      return [];
    }
  }),
});

/** The document as a schema; what graphql-js finds wrong becomes faults. */
export const buildSchema = (document: DocumentNode, faults: Fault[]): GraphQLSchema | undefined => {
  try {
    return buildASTSchema(document);
  } catch (error) {
    // graphql-js joins the messages of all errors in one, separated by blank lines, and loses their places: find each again.
    const places = placesByMessage(document);
    for (const message of (error as Error).message.split('\n\n')) faults.push({ place: places(message), message });
    return undefined;
  }
};

/** The place of a validation message is that of the last quoted name it mentions that the document defines or uses. */
const placesByMessage = (document: DocumentNode) => {
  const places = new Map<string, Place>();
  const visit = (node: unknown): void => {
    if (Array.isArray(node)) return node.forEach(visit);
    if (node === null || typeof node !== 'object' || !('kind' in node)) return;
    const ast = node as ASTNode;
    if (ast.kind === Kind.NAME && !places.has(ast.value)) places.set(ast.value, placeOf(ast));
    for (const [key, value] of Object.entries(ast)) if (key !== 'loc') visit(value);
  };
  visit(document.definitions);
  return (message: string): Place => {
    const names = [...message.matchAll(/"@?([\w.]+)[!"\]]/g)].map((match) => match[1]!.split('.').pop()!);
    return names.map((name) => places.get(name)).find((place) => place !== undefined) ?? { file: 'schema', line: 1 };
  };
};

export const placeOf = (node: ASTNode | null | undefined): Place => ({ file: node?.loc?.source.name ?? 'schema', line: node?.loc?.startToken.line ?? 1 });

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
