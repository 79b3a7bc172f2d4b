import { LRUCache } from 'lru-cache';
import { messageOf } from '../errors.js';
import type { IdentityConfig } from '../identity-config.js';
import type { Log } from '../log.js';
import { NOBODY, type Identity } from '../predicate/caller.js';
import type { Stores } from '../stores/types.js';
import { createApiKeyCheck } from './api-keys.js';
import { readCredentials, unauthenticated, unknownToken, type Credentials, type Request } from './credentials.js';
import { DEMO_HEADER, DEMO_NOBODY, findDemoUser, readDemoUsers, type DemoUser } from './demo-users.js';
import { createJwtCheck } from './jwt.js';
import { sessionOf, Sessions, type Session } from './sessions.js';
import { createTokenCheck, testTokenQuery } from './token.js';
import type { Check } from './types.js';

/** Most identities that are cached. */
const MAX_CACHED = 10_000;

/** How long a token that was accepted without Redis is cached, so that its session is checked soon after Redis is back. */
const UNNOTED_MS = 1_000;

/** Channel by which gateways tell each other to check tokens again: those of a user, or all. */
const CHANNEL = 'odras:identity';
const ALL = '*';

type IdentityStores = Pick<Stores, 'relational' | 'keyvalue'>;

/** Everybody is nobody in particular: for work without requests. */
const NO_CREDENTIALS_NEEDED: Pick<IdentityConfig, 'accepts' | 'demoUser'> = { accepts: new Set(['anonymous']), demoUser: undefined };

/**
 * Finds out who sends a request. What has been checked is kept for a while, by the hash of the token, and dropped as soon as it changes.
 */
export class Authenticator {
  readonly #stores: IdentityStores;
  readonly #config: IdentityConfig | undefined;
  readonly #accepts: IdentityConfig['accepts'];
  readonly #demoUser: string | undefined;
  readonly #log: Log;
  readonly #checks: Partial<Record<string, Check>> = {};
  readonly #sessions: Sessions;
  readonly #known = new LRUCache<string, Identity>({ max: MAX_CACHED });
  readonly #checking = new Map<string, Promise<Identity>>();
  /** Changes whenever identities are dropped: what was being checked then is not kept. */
  #generation = 0;

  constructor(stores: IdentityStores, config: IdentityConfig | undefined, log: Log) {
    this.#stores = stores;
    this.#config = config;
    this.#accepts = (config ?? NO_CREDENTIALS_NEEDED).accepts;
    this.#demoUser = config?.demoUser;
    this.#log = log;
    this.#sessions = new Sessions(stores.keyvalue, log);
    if (!config) return;
    if (this.#accepts.has('token')) this.#checks['token'] = createTokenCheck(stores.relational, config.tokenQuery);
    if (this.#accepts.has('jwt')) this.#checks['jwt'] = createJwtCheck(config.jwt!, config.adminRole);
    if (this.#accepts.has('apikey')) this.#checks['apikey'] = createApiKeyCheck(config.apiKeys, config.adminRole);
    const heard = (user: string) => this.#forget(user);
    // If Redis is away, it is subscribed to when it is back.
    stores.keyvalue.subscribe(CHANNEL, heard, () => this.#forget(ALL)).catch(() => {});
  }

  /**
   * The sender of a request: at once where it has been checked lately.
   *
   * @param search the query string of its address
   * @throws GatewayError UNAUTHENTICATED; STORE_UNAVAILABLE and others where it cannot be checked now
   */
  identify(request: Request, search = ''): Identity | Promise<Identity> {
    const credentials = readCredentials(request, search);
    const become = request.headers[DEMO_HEADER];
    if (become !== undefined && this.#demoUser === undefined)
      throw unauthenticated(`the header ${DEMO_HEADER} is only for the embedded demonstration`, 'Remove it');
    if (credentials.kind === 'none') return this.#withoutCredentials(become?.toString() ?? this.#demoUser);
    return (
      this.#known.get(credentials.hash) ??
      this.#once(credentials.hash, (generation) => this.#check(credentials, request.headers['user-agent'], generation))
    );
  }

  /** Users that a visitor of the demonstration may become, and the first one; undefined anywhere else. */
  async demoUsers(): Promise<{ readonly users: readonly DemoUser[]; readonly first: string } | undefined> {
    if (this.#demoUser === undefined) return undefined;
    const nobody = { username: DEMO_NOBODY, title: 'Nobody' };
    return { users: [...(await readDemoUsers(this.#stores.relational)), nobody], first: this.#demoUser };
  }

  /**
   * Checks that tokens can be checked.
   *
   * @throws GatewayError CONFIG_INVALID
   */
  async test(): Promise<void> {
    if (this.#accepts.has('token')) await testTokenQuery(this.#stores.relational, this.#config!.tokenQuery);
  }

  /** Whether requests without credentials are accepted. */
  get takesStrangers(): boolean {
    return this.#demoUser !== undefined || this.#accepts.has('anonymous');
  }

  /** Who may call, for the log. */
  describe(): string {
    const credentials = [...this.#accepts].filter((each) => each !== 'anonymous');
    const ways = credentials.length > 0 ? credentials.join(', ') : 'no credentials';
    const others =
      this.#demoUser !== undefined && this.#demoUser !== DEMO_NOBODY
        ? `requests without credentials act as the demo user ${this.#demoUser}`
        : this.#accepts.has('anonymous')
          ? 'requests without credentials are anonymous'
          : 'requests without credentials are refused (AUTH)';
    return `${ways} accepted; ${others}`;
  }

  /** The sessions of the sender of a request. */
  sessionsOf({ kind, id }: Identity): Promise<Session[]> {
    return kind === 'user' ? this.#sessions.of(id!) : Promise.resolve([]);
  }

  /** Ends a session of a user. @returns whether there was one */
  async endSession(user: string, session: string): Promise<boolean> {
    const isEnded = await this.#sessions.end(user, session);
    if (isEnded) this.#tell(user);
    return isEnded;
  }

  /** Ends all sessions of a user. @returns how many there were */
  async endSessions(user: string): Promise<number> {
    const count = await this.#sessions.endAll(user);
    this.#tell(user);
    return count;
  }

  /**
   * Rows were written, so that tokens may mean something else.
   *
   * @param tables names of their tables
   * @param deletes whether rows were deleted: others that refer to them may have gone, too
   */
  rowsWritten(tables: Iterable<string>, deletes: boolean): void {
    if (this.#demoUser === undefined && !this.#accepts.has('token')) return;
    const query = `${this.#config!.tokenQuery} ${this.#demoUser === undefined ? '' : 'users'}`.toLowerCase();
    if (deletes || [...tables].some((table) => query.includes(table.toLowerCase()))) this.#tell(ALL);
  }

  #withoutCredentials(demoUser: string | undefined): Identity | Promise<Identity> {
    if (demoUser !== undefined && demoUser !== DEMO_NOBODY) {
      const name = `demo ${demoUser}`;
      return this.#known.get(name) ?? this.#once(name, (generation) => this.#become(name, demoUser, generation));
    }
    if (this.#accepts.has('anonymous')) return NOBODY;
    throw unauthenticated('it has no credentials');
  }

  async #become(name: string, demoUser: string, generation: number): Promise<Identity> {
    const identity = await findDemoUser(this.#stores.relational, demoUser);
    this.#keep(name, identity, this.#config!.cacheMs, generation);
    return identity;
  }

  async #check(
    { kind, token, hash }: Exclude<Credentials, { kind: 'none' }>,
    userAgent: string | undefined,
    generation: number,
  ): Promise<Identity> {
    // A token of a table may look like a JWT.
    const check = this.#checks[kind] ?? (kind === 'jwt' ? this.#checks['token'] : undefined);
    if (!check) throw unknownToken();
    const checked = await check(token, hash);
    if (checked.identity.kind !== 'user') {
      this.#keep(hash, checked.identity, this.#config!.cacheMs, generation);
      return checked.identity;
    }
    const session = sessionOf(hash);
    const isNoted = await this.#sessions.accept({ session, checked, userAgent });
    const identity = { ...checked.identity, session };
    const longestMs = isNoted ? this.#config!.cacheMs : Math.min(this.#config!.cacheMs, UNNOTED_MS);
    this.#keep(hash, identity, Math.min(longestMs, (checked.expiresAt ?? Infinity) - Date.now()), generation);
    return identity;
  }

  /** Requests that come while their token is checked wait for that. */
  #once(name: string, check: (generation: number) => Promise<Identity>): Promise<Identity> {
    let checking = this.#checking.get(name);
    if (!checking) {
      checking = check(this.#generation).finally(() => {
        if (this.#checking.get(name) === checking) this.#checking.delete(name);
      });
      this.#checking.set(name, checking);
    }
    return checking;
  }

  #keep(name: string, identity: Identity, forMs: number, generation: number): void {
    // For the cache, 0 is for ever.
    if (generation === this.#generation && forMs >= 1) this.#known.set(name, identity, { ttl: Math.floor(forMs) });
  }

  /** Drops identities here, and at the other gateways that share the Redis. */
  #tell(user: string): void {
    this.#forget(user);
    this.#stores.keyvalue.client.publish(CHANNEL, user).catch((error: unknown) => {
      this.#log.warn(`other gateways could not be told to check tokens again (${messageOf(error)}): they do within AUTH_CACHE_MS`);
    });
  }

  #forget(user: string): void {
    this.#generation += 1;
    this.#checking.clear();
    if (user === ALL) this.#known.clear();
    else for (const [name, { id }] of this.#known.entries()) if (id === user) this.#known.delete(name);
  }
}
