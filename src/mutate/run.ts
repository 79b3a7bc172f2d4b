import { setTimeout as pause } from 'node:timers/promises';
import { GatewayError } from '../errors.js';
import { planMutation, type TableMutation } from './plan.js';
import { projectRows } from './projection.js';
import { shownViolation } from './conflicts.js';
import { foreignKeys as readForeignKeys } from './foreign-keys.js';
import { hasLimits } from './given-keys.js';
import { isGivenTwice, violationError } from './violations.js';
import { prepareWrite, type Written } from './prepare.js';
import type { Touched, Writer } from './writer.js';
import { RowChanges } from '../audit/changes.js';
import type { Asker, Event } from '../audit/entry.js';
import type { Engine } from '../engine.js';
import type { TableType } from '../model/types.js';
import type { Condition, MutationPlan } from '../sql/write-plan.js';
import { parametersIn, runFor } from '../predicate/deferred.js';
import type { Predicate } from '../predicate/types.js';
import type { EndSignal } from '../stores/ending.js';
import type { SqlRunner, SqlStatement } from '../stores/types.js';

/** The result of a mutation, or the reason why nothing was written. */
export type MutationOutcome = Written | { readonly error: Error };

interface MutationOptions extends Asker {
  /** Answers the conditions of a `where` on other stores. */
  resolveWhere(type: TableType, where: Predicate): Promise<Predicate>;
  readonly signal?: EndSignal | undefined;
}

/** Attempts of a transaction that conflicts with other writers of the same rows. */
const TRIES = 3;

/** Retries of a transaction whose generated values were given to other rows, too. */
const MORE_TRIES = 5;

/** Longest wait before a retry, per attempt so far. */
const PAUSE_MS = 50;

/** SQLSTATEs of a serialization failure and a deadlock: the same transaction may succeed at once. */
const IN_THE_WAY = new Set(['40001', '40P01']);

/** An error, and its mutation. */
class Failure extends Error {
  constructor(
    readonly culprit: TableMutation,
    readonly error: Error,
  ) {
    super(error.message, { cause: error });
  }
}

/**
 * Runs all table mutations of an operation in one transaction, in order. When one fails, nothing is written. After the commit, the graph
 * nodes and vectors of all written rows are updated before the operation answers.
 */
export const runMutations = async (
  engine: Engine,
  mutations: readonly TableMutation[],
  options: MutationOptions,
): Promise<Map<string, MutationOutcome>> => {
  const copied = engine.copied?.begin(options.requestId);
  try {
    const plans = mutations.map((mutation) => about(mutation, () => planMutation(engine.model, mutation)));
    const wheres = await resolveAll(mutations, plans, options);
    const { outcomes, touched } = await writeAll(engine, mutations, plans, wheres, options);
    const rows = await projectAll(engine, touched, outcomes);
    copied?.(rows);
    return outcomes;
  } catch (failure) {
    if (failure instanceof Failure) return failed(mutations, failure);
    throw failure;
  } finally {
    copied?.([]);
  }
};

const about = <T>(mutation: TableMutation, work: () => T): T => {
  try {
    return work();
  } catch (error) {
    throw failure(mutation, error);
  }
};

const failure = (mutation: TableMutation, error: unknown): Failure =>
  new Failure(mutation, error instanceof Error ? error : new Error(String(error)));

/** All conditions of the operation are answered together, before the transaction begins. */
const resolveAll = async (
  mutations: readonly TableMutation[],
  plans: readonly MutationPlan[],
  options: MutationOptions,
): Promise<Map<Condition, Predicate>> => {
  const resolve = (mutation: TableMutation, condition: Condition) =>
    options.resolveWhere(condition.type, condition.where).then(
      (where) => [condition, where] as const,
      (error: unknown) => Promise.reject(failure(mutation, error)),
    );
  return new Map(
    await Promise.all(plans.flatMap((plan, index) => plan.conditions.map((condition) => resolve(mutations[index]!, condition)))),
  );
};

/** @throws Failure */
const writeAll = async (
  engine: Engine,
  mutations: readonly TableMutation[],
  plans: readonly MutationPlan[],
  wheres: ReadonlyMap<Condition, Predicate>,
  options: MutationOptions,
): Promise<{ outcomes: Map<string, MutationOutcome>; touched: Map<string, Touched> }> => {
  const { signal, caller } = options;
  const foreignKeys = () => readForeignKeys(engine.model, engine.stores.relational);
  const keys = hasLimits(engine.model) ? await foreignKeys() : [];
  /** Tables whose creates run one at a time after a retry, across gateways, by an advisory lock. */
  const inTurn = new Set<string>();
  let again = 0;
  for (let tried = 1; ;) {
    const begun: { mutation: TableMutation; writer: Writer }[] = [];
    let isCommitting = false;
    const outcomes = new Map<string, MutationOutcome>();
    const touched = new Map<string, Touched>();
    try {
      await engine.stores.relational.transaction(
        async (send) => {
          const run: SqlRunner = ({ values = [], ...statement }) => send({ ...statement, values: parametersIn(values, runFor(caller)) });
          if (engine.copied) await send(writerOf(options));
          for (const table of [...inTurn].sort())
            await run({ text: `SELECT pg_advisory_xact_lock(hashtextextended($1, 0))::text`, values: [`odras-gateway: ${table}`] });
          for (const [index, plan] of plans.entries()) {
            const { writer, write } = prepareWrite({ model: engine.model, plan, wheres, run, keys }, engine.audit && new RowChanges());
            const mutation = mutations[index]!;
            begun.push({ mutation, writer });
            outcomes.set(mutation.responseKey, await write());
            touched.set(mutation.responseKey, writer.touched);
          }
          const events = begun.map(({ mutation, writer }) => eventOf(mutation, writer));
          if (engine.audit && events.length > 0) await send(engine.audit.entries(options, events));
          isCommitting = true;
        },
        { signal },
      );
      tellWritten(engine, begun);
      return { outcomes, touched };
    } catch (error) {
      // The commit may have been made.
      if (isCommitting) tellWritten(engine, begun);
      const current = begun.at(-1);
      const mutation = current?.mutation ?? mutations[0]!;
      const isInTheWay = IN_THE_WAY.has((error as { code?: string } | null)?.code ?? '');
      const candidates = isCommitting ? begun.flatMap(({ writer }) => writer.inserts) : [current?.writer.lastInsert];
      const insert = again < MORE_TRIES ? candidates.find((one) => one && isGivenTwice(error, one)) : undefined;
      if (insert) {
        again += 1;
        inTurn.add(`${insert.type.table.schema}.${insert.type.table.name}`);
        continue;
      }
      if (!isInTheWay) {
        const writing = current?.writer.current ?? mutation.type;
        const asking = { model: engine.model, foreignKeys, run: readAfter(engine, options) };
        const violation = await shownViolation(asking, violationError(engine.model, writing, mutation, error), error, writing);
        // A deferred constraint fails at the commit, and may be about any of the mutations.
        const broken =
          isCommitting && violation instanceof GatewayError
            ? begun.find(({ writer }) => [...writer.touched.keys()].some(({ name }) => name === violation.extensions['type']))
            : undefined;
        throw failure(broken?.mutation ?? mutation, violation);
      }
      if (tried === TRIES) throw failure(mutation, new GatewayError('WRITE_CONFLICT', { tries: TRIES }, { cause: error }));
      // A random wait, so that the same two do not conflict again.
      await pause(Math.random() * PAUSE_MS * tried);
      tried += 1;
    }
  }
};

/** Reads when the transaction is over, where it has been made. */
const readAfter =
  ({ stores }: Engine, { signal, caller }: MutationOptions): SqlRunner =>
  ({ values = [], ...statement }) =>
    stores.relational.read({ ...statement, values: parametersIn(values, runFor(caller)) }, { signal, primary: true });

/** Says for the rest of the transaction who writes: the triggers of the change feed keep it with each change. */
const writerOf = ({ caller, requestId }: Asker): SqlStatement => ({
  text: "SELECT set_config('odras_gateway.actor', $1, true), set_config('odras_gateway.request_id', $2, true)",
  name: 'odras-writer',
  values: [caller.identity.id ?? '', requestId],
});

/** What is kept of these rows may be another thing now. */
const tellWritten = ({ writes }: Engine, begun: readonly { readonly writer: Writer }[]): void => {
  const types = new Set(begun.flatMap(({ writer }) => [...writer.written]));
  writes.tell({ types, deletes: begun.some(({ writer }) => writer.counts.nodesDeleted > 0) });
};
const eventOf = ({ name }: TableMutation, { counts, changes }: Writer): Event => ({
  field: name,
  outcome: 'WRITTEN',
  facts: Object.fromEntries(Object.entries(counts).filter(([, count]) => count > 0)),
  changes: changes?.changes ?? [],
});

/** Writes the copies of all written rows; failures are reported by the mutations that wrote the rows. Returns the rows that are copied. */
const projectAll = async (
  engine: Engine,
  touched: ReadonlyMap<string, Touched>,
  outcomes: Map<string, MutationOutcome>,
): Promise<(readonly [TableType, string])[]> => {
  const copied: (readonly [TableType, string])[] = [];
  const types = new Set([...touched.values()].flatMap((each) => [...each.keys()]));
  for (const type of types) {
    const by = [...touched].filter(([, each]) => each.has(type));
    const keys = [...new Set(by.flatMap(([, each]) => [...each.get(type)!]))];
    const error = await projectRows(engine, type, keys);
    if (error) for (const [responseKey] of by) outcomes.set(responseKey, { error });
    else copied.push(...keys.map((key) => [type, key] as const));
  }
  return copied;
};

const failed = (mutations: readonly TableMutation[], { culprit, error }: Failure): Map<string, MutationOutcome> => {
  const reason = error instanceof GatewayError ? error.message : 'internal error';
  const isOpen = error instanceof GatewayError && error.code === 'COMMIT_UNKNOWN';
  return new Map(
    mutations.map((mutation) => [
      mutation.responseKey,
      { error: mutation === culprit || isOpen ? error : new GatewayError('ROLLED_BACK', { other: culprit.responseKey, reason }) },
    ]),
  );
};
