import { engineFor, type Engine } from '../engine.js';
import { SessionSets } from '../load/session-sets.js';
import { callerOf, type Caller, type Identity } from '../predicate/caller.js';
import { RequestContext, type ContextOptions } from './context.js';

/** What is the same for all requests of an identity. */
interface Scoped {
  readonly engine: Engine;
  readonly caller: Caller;
  /** Reads the sets that the guards compare with; undefined where they compare with none. */
  readonly callerNow: (() => Promise<Caller>) | undefined;
}

/** Opens requests for their callers: with the guards of their scope, and the sets that these compare with. */
export class Callers {
  readonly #engine: Engine;
  readonly #sets: SessionSets;
  /** An identity is the same object for as long as its token is not checked again. */
  readonly #scoped = new WeakMap<Identity, Scoped>();

  /** @param sessionCacheMs how long the sets of a caller are kept, in milliseconds */
  constructor(engine: Engine, sessionCacheMs: number) {
    this.#engine = engine;
    this.#sets = new SessionSets(engine, sessionCacheMs);
  }

  /**
   * At once, where the guards compare with no sets.
   *
   * @throws GatewayError where the sets cannot be read now
   */
  open(identity: Identity, options: Omit<ContextOptions, 'caller'>): RequestContext | Promise<RequestContext> {
    const { engine, caller, callerNow } = this.#of(identity);
    if (!callerNow) return new RequestContext(engine, { ...options, caller });
    return callerNow().then((known) => new RequestContext(engine, { ...options, caller: known, callerNow }));
  }

  #of(identity: Identity): Scoped {
    let scoped = this.#scoped.get(identity);
    if (!scoped) {
      const caller = callerOf(identity);
      const engine = engineFor(this.#engine, caller);
      const callerNow = engine.sets.length === 0 ? undefined : this.#sets.readerOf(caller, engine.sets);
      this.#scoped.set(identity, (scoped = { engine, caller, callerNow }));
    }
    return scoped;
  }
}
