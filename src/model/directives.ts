import { getDirectiveValues, type ASTNode, type DirectiveNode, type GraphQLSchema } from 'graphql';
import { messageOf } from '../errors.js';

/** Arguments of a directive of a node, with their defaults; undefined where it does not stand there. */
export type ReadDirective = (name: string, node: ASTNode | null | undefined) => Readonly<Record<string, unknown>> | undefined;

/** Reads directives by their definitions in the schema; what cannot be read is told. */
export const directiveReader =
  (schema: GraphQLSchema, fault: (node: ASTNode, message: string) => void): ReadDirective =>
  (name, node) => {
    const directive = schema.getDirective(name);
    if (!directive || !node) return undefined;
    try {
      return getDirectiveValues(directive, node as Parameters<typeof getDirectiveValues>[1]);
    } catch (error) {
      return void fault(node, `@${name}: ${messageOf(error)}`);
    }
  };

export const hasDirective = (
  node: { readonly directives?: readonly DirectiveNode[] | undefined } | null | undefined,
  name: string,
): boolean => node?.directives?.some((directive) => directive.name.value === name) ?? false;
