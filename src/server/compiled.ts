import { HeaderMap, type ApolloServerPlugin, type GraphQLRequestListener, type GraphQLResponse } from '@apollo/server';
import { readJson } from '../model/exact-json.js';
import { explainWritten } from './explain.js';
import { WRITTEN, type ApolloContext } from './operate.js';
import type { Executor } from './execute.js';

/**
 * Answers a query that runs compiled before Apollo executes anything. Its executor hook could do the same, but for each call
 * Apollo makes an object with an accessor, and V8 keeps every request alive by it until the next collection of old objects.
 */
export const compiledAnswers = (executor: Executor): ApolloServerPlugin<ApolloContext> => {
  const answer: GraphQLResponse = { http: { headers: new HeaderMap() }, body: { kind: 'single', singleResult: { data: WRITTEN } } };
  const listener: GraphQLRequestListener<ApolloContext> = {
    responseForOperation: async ({ contextValue: { request: gateway }, document, request }) => {
      const isAnswered = await executor.runCompiled(gateway, {
        document,
        operationName: request.operationName,
        variables: request.variables,
      });
      if (!isAnswered) return null;
      if (gateway.explained) await explainWritten(gateway, gateway.explained);
      return answer;
    },
  };
  return {
    requestDidStart: async ({ request }) => {
      // Apollo parses the variables of a GET itself, and large numbers in them lose digits.
      const exact = new URLSearchParams(request.http?.search).get('variables');
      if (request.http?.method === 'GET' && exact !== null && request.variables)
        request.variables = readJson(exact) as Record<string, unknown>;
      return listener;
    },
  };
};
