import { execute, getOperationAST, getVariableValues, Kind, OperationTypeNode, type DocumentNode, type ExecutionResult, type FragmentDefinitionNode, type GraphQLSchema } from 'graphql';
import { collectFields } from 'graphql/execution/collectFields.js';
import { calledMutations } from '../../resolvers/mutation.js';
import { runMutations } from '../loaders/mutation.js';
import type { RequestContext } from '../context.js';

export interface Operation {
  readonly document: DocumentNode;
  readonly operationName?: string | null | undefined;
  readonly variables?: Record<string, unknown> | undefined;
}

/**
 * Executes a validated operation. Table mutations are written first, all in one transaction; then graphql-js reads what
 * the operation selects.
 */
export const executeOperation = async (schema: GraphQLSchema, context: RequestContext, { document, operationName, variables }: Operation): Promise<ExecutionResult> => {
  const operation = getOperationAST(document, operationName);
  const mutationType = schema.getMutationType();
  if (operation?.operation === OperationTypeNode.MUTATION && mutationType) {
    const coerced = getVariableValues(schema, operation.variableDefinitions ?? [], variables ?? {});
    if (coerced.coerced) {
      const fragments = Object.fromEntries(document.definitions.filter((node): node is FragmentDefinitionNode => node.kind === Kind.FRAGMENT_DEFINITION).map((node) => [node.name.value, node]));
      const info = { schema, fragments, variableValues: coerced.coerced };
      const mutations = calledMutations(context.engine.model, info, collectFields(schema, fragments, coerced.coerced, mutationType, operation.selectionSet));
      if (mutations.length > 0) for (const [responseKey, outcome] of await runMutations(context.engine, mutations, context)) context.written.set(responseKey, outcome);
    }
  }
  return execute({ schema, document, contextValue: context, variableValues: variables, operationName });
};
