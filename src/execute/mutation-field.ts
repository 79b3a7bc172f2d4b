import { getNamedType, type GraphQLObjectType, type GraphQLResolveInfo } from 'graphql';
import { runGraph, valueAt } from '../graph/run.js';
import type { TableType } from '../model/types.js';
import { Commits } from '../mutate/commits.js';
import type { TableMutation } from '../mutate/plan.js';
import { refuseUnsetVariables } from '../mutate/unset-variables.js';
import { nodeViolation } from '../mutate/violations.js';
import type { FieldSource } from '../plan/types.js';
import { objectOf, presentOf, refOf, valueOf, type Valuing } from '../plan/value.js';
import type { SelectedField } from '../query/selection.js';
import type { GraphRunner } from '../stores/types.js';
import type { RequestContext } from './context.js';

/** A table mutation that has been committed: counts, and the rows that it has written. */
export const writtenField = (
  context: RequestContext,
  info: GraphQLResolveInfo,
  { kind, type }: { readonly kind: TableMutation['kind']; readonly type: TableType },
  valuing: Valuing,
  selected: SelectedField,
): FieldSource => {
  const response = getNamedType(info.returnType) as GraphQLObjectType;
  const lists = new Set(kind === 'delete' ? [] : [type.plural, 'created', 'updated']);
  const value = objectOf(valuing, response, selected, 'field', ({ name, nodes }) =>
    lists.has(name) ? presentOf(refOf(valuing, type.name, { nodes })) : undefined,
  );
  const ask = (): unknown => {
    const outcome = context.written.get(selected.responseKey);
    if (!outcome) throw new Error(`${selected.name} was not run before it was answered`);
    if ('error' in outcome) throw outcome.error;
    const { counts, keys, created, updated } = outcome;
    if (kind === 'delete') return counts;
    const rowsOf = (of: readonly string[]) => of.map((key) => ({ type: type.name, key }));
    return { created: rowsOf(created), updated: rowsOf(updated), [type.plural]: rowsOf(keys), info: counts };
  };
  return {
    name: `Mutation.${selected.name}`,
    store: 'relational',
    isKeyed: false,
    ask: () => Promise.resolve([ask()]),
    value,
    leads: valuing.leads,
  };
};

/** A mutation of @neo4j/graphql: it writes at once, in a transaction of its own. */
export const graphMutationField = (
  context: RequestContext,
  info: GraphQLResolveInfo,
  valuing: Valuing,
  selected: SelectedField,
): FieldSource => {
  const { engine } = context;
  const { name, args, nodes } = selected;
  const write = async (): Promise<unknown> => {
    refuseUnsetVariables(info.fieldNodes[0]!, info.variableValues);
    const part = await context.resolvePart(engine.graphPlanner!.root(info, 'Mutation', name, args, nodes));
    const commits = (context.commits ??= new Commits());
    const runner: GraphRunner = {
      run: (cypher, parameters) => {
        const send = () =>
          engine.stores.graph.write
            .run(cypher, parameters, { signal: context.signal })
            .catch((error: unknown) => Promise.reject(nodeViolation(engine.model, error) as Error));
        // The library asks for the server's version by the same way, which writes nothing.
        return cypher.includes('dbms.components()') ? send() : commits.run(selected.responseKey, send);
      },
    };
    const result = await runGraph(engine.graphSchema!, runner, 'mutation', [part]);
    context.forget();
    const value = valueAt(result, 'f0', name);
    return part.shape ? part.shape(value) : value;
  };
  return {
    name: `Mutation.${name}`,
    store: 'graph',
    isKeyed: false,
    ask: async () => [await write()],
    value: valueOf(valuing, info.returnType, selected, 'response'),
    leads: valuing.leads,
  };
};
