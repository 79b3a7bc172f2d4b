import { engineFor, type Engine } from '../engine.js';
import { SessionSets } from '../load/session-sets.js';
import { callerOf, type Identity } from '../predicate/caller.js';
import { RequestContext, type ContextOptions } from './context.js';

/** Opens requests for their callers: with the guards of their scope, and the sets that these compare with. */
export class Callers {
  readonly #engine: Engine;
  readonly #sets: SessionSets;

  /** @param sessionCacheMs how long the sets of a caller are kept, in milliseconds */
  constructor(engine: Engine, sessionCacheMs: number) {
    this.#engine = engine;
    this.#sets = new SessionSets(engine, sessionCacheMs);
  }

  /** @throws GatewayError where the sets cannot be read now */
  async open(identity: Identity, options: Omit<ContextOptions, 'caller'>): Promise<RequestContext> {
    const caller = callerOf(identity);
    const engine = engineFor(this.#engine, caller);
    const callerNow = engine.sets.length === 0 ? undefined : () => this.#sets.complete(caller, engine.sets);
    return new RequestContext(engine, { ...options, caller: (await callerNow?.()) ?? caller, callerNow });
  }
}
