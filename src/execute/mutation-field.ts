import type { ExecutionResult } from 'graphql';
import { getNamedType, type GraphQLObjectType, type GraphQLResolveInfo } from 'graphql';
import { shownInput } from '../audit/changes.js';
import { runGraph, valueAt } from '../graph/run.js';
import type { TableType } from '../model/types.js';
import { Commits } from '../mutate/commits.js';
import type { TableMutation } from '../mutate/plan.js';
import { refuseUnsetVariables } from '../mutate/unset-variables.js';
import { nodeViolation } from '../mutate/node-violations.js';
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

/**
 * A write to the graph with its entries in the audit log, which lives in another store: one before the write, without which nothing is
 * written, and one that says how it ended.
 */
const audited = async (
  context: RequestContext,
  field: string,
  args: SelectedField['args'],
  write: () => Promise<ExecutionResult>,
  changed: Readonly<Record<string, number>>,
): Promise<ExecutionResult> => {
  const { audit } = context.engine;
  if (!audit) return write();
  await audit.write(context, { field, outcome: 'SENT', facts: {}, changes: [], input: shownInput(args) });
  const end = (hasFailed: boolean) =>
    audit.note(context, { field, outcome: hasFailed ? 'FAILED' : 'WRITTEN', facts: changed, changes: [] });
  try {
    const result = await write();
    end(result.errors !== undefined);
    return result;
  } catch (error) {
    end(true);
    throw error;
  }
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
    const changed: Record<string, number> = {};
    const commits = (context.commits ??= new Commits());
    const runner: GraphRunner = {
      run: (cypher, parameters) => {
        const send = () =>
          engine.stores.graph.write
            .run(cypher, parameters, { signal: context.signal })
            .catch(async (error: unknown) => Promise.reject((await nodeViolation(context, error)) as Error));
        // The library asks for the server's version by the same way, which writes nothing.
        if (cypher.includes('dbms.components()')) return send();
        return commits.run(selected.responseKey, async () => {
          const answer = await send();
          for (const [what, count] of Object.entries(answer.summary.counters.updates()))
            if (count > 0) changed[what] = (changed[what] ?? 0) + count;
          return answer;
        });
      },
    };
    const result = await audited(context, name, args, () => runGraph(engine.graphSchema!, runner, 'mutation', [part]), changed);
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
