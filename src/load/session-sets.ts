import { LRUCache } from 'lru-cache';
import type { GuardedModel } from '../access/guard.js';
import type { SessionSet } from '../access/session-sets.js';
import { IDENTITY_VARIABLES, sessionValue } from '../access/session-value.js';
import { GatewayError } from '../errors.js';
import type { Caller } from '../predicate/caller.js';
import { parametersIn, runFor } from '../predicate/deferred.js';
import { setToSql } from '../sql/source.js';
import { Statement } from '../sql/statement.js';
import type { RelationalStore } from '../stores/types.js';
import type { Engine } from '../engine.js';

type Variables = Readonly<Record<string, unknown>>;

/** Most callers whose sets are kept. @default 10_000 */
const MAX_CALLERS = 10_000;

/** Most values of a set: each becomes part of every statement's parameters. @default 100_000 */
const MAX_VALUES = 100_000;

/**
 * The session variables that are sets, read from the database for each caller who needs them, and kept for some seconds. A mutation of
 * this gateway that may change them drops them before it is answered.
 */
export class SessionSets {
  readonly #relational: RelationalStore;
  readonly #model: GuardedModel;
  readonly #kept: LRUCache<string, Promise<Variables>> | undefined;
  /** Counts drops: what was read before one is not kept. */
  #drops = 0;

  /** @param cacheMs how long sets are kept, in milliseconds; 0 reads them for each request */
  constructor({ stores, model, access, writes }: Engine, cacheMs: number) {
    this.#relational = stores.relational;
    this.#model = model;
    this.#kept = cacheMs === 0 ? undefined : new LRUCache({ max: MAX_CALLERS, ttl: cacheMs });
    const sources = new Set([...(access?.sets.values() ?? [])].map(({ type }) => type.name));
    writes.listen(({ types, deletes }) => {
      if (deletes || [...types].some(({ name }) => sources.has(name))) this.#drop();
    });
  }

  #drop(): void {
    this.#drops += 1;
    this.#kept?.clear();
  }

  /**
   * Gives the caller with these sets, as they are whenever it is called.
   *
   * @returns a function that throws the store's error, or GatewayError TOO_MANY_KEYS for a set that is too large
   */
  readerOf(caller: Caller, sets: readonly SessionSet[]): () => Promise<Caller> {
    const names = IDENTITY_VARIABLES.map((name) => sessionValue(caller, name));
    const key = JSON.stringify([sets.map(({ name }) => name), names, caller.identity.claims]);
    return async () => {
      const values = await (this.#kept?.get(key) ?? this.#keep(key, this.#read(caller, sets)));
      return { ...caller, variables: { ...caller.variables, ...values } };
    };
  }

  #keep(key: string, read: Promise<Variables>): Promise<Variables> {
    const drops = this.#drops;
    this.#kept?.set(key, read);
    // A failure is not kept, nor what may be older than a write.
    read.then(
      () => drops !== this.#drops && this.#forget(key, read),
      () => this.#forget(key, read),
    );
    return read;
  }

  #forget(key: string, read: Promise<Variables>): void {
    if (this.#kept?.get(key) === read) this.#kept.delete(key);
  }

  /** One statement for the sets that need no other, then one for those that need them, and so on. */
  async #read(caller: Caller, sets: readonly SessionSet[]): Promise<Variables> {
    const values: Record<string, string[]> = {};
    let left = sets;
    while (left.length > 0) {
      const now = left.filter(({ needs }) => needs.every((name) => name in values));
      const statement = new Statement();
      const parts = now.map((set, index) => `SELECT ${index}::text, s.v FROM (${setToSql(this.#model, set, statement)}) s(v)`);
      const run = runFor({ ...caller, variables: { ...caller.variables, ...values } });
      // What a replica has may be older than what the caller has just been given.
      const rows = await this.#relational.read(
        { text: parts.join(' UNION ALL '), values: parametersIn(statement.values, run) },
        { primary: true },
      );
      if (rows.length > MAX_VALUES) throw new GatewayError('TOO_MANY_KEYS', { field: now[0]!.name, maximum: MAX_VALUES });
      for (const { name } of now) values[name] = [];
      for (const [index, value] of rows) values[now[Number(index)]!.name]!.push(value!);
      left = left.filter((set) => !now.includes(set));
    }
    return values;
  }
}
