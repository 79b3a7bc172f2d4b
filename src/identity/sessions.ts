import type { Log } from '../log.js';
import { messageOf } from '../errors.js';
import { toGatewayError } from '../stores/failures.js';
import type { KeyValueStore } from '../stores/types.js';
import { sha256, unknownToken } from './credentials.js';
import type { Checked } from './types.js';

/** A token that its user may still use. Times in milliseconds since 1970. */
export interface Session {
  readonly id: string;
  /** When the token was issued, if it says so. */
  readonly createdAt: number | undefined;
  /** When it was last checked: at most the time of the cache before its last request. */
  readonly seenAt: number;
  readonly expiresAt: number | undefined;
  /** What the client calls itself, shortened. */
  readonly userAgent: string | undefined;
}

/** What an accepted token is noted with. */
interface Noted {
  readonly session: string;
  readonly checked: Checked;
  readonly userAgent: string | undefined;
}

/** How long Redis keeps what it knows of a user after the last sign of them, in milliseconds; tokens that live longer are the exception. */
const KEPT_MS = 400 * 86_400_000;

const MAX_AGENT_LENGTH = 100;

/** The field that holds the moment before which all tokens of the user are ended. */
const ALL = '*';

/** The field that says that a session is ended. Apart from the session's own, which may be written at the same moment. */
const endOf = (session: string): string => `!${session}`;

const keyOf = (user: string): string => `odras:sessions:${user}`;

/** A name for a token that is no use as one, and does not lead to the hash that the database has of it. */
export const sessionOf = (tokenHash: string): string => sha256(`session ${tokenHash}`).slice(0, 32);

/**
 * The tokens in use, by user, in one hash of Redis for each: sessions, and which of them are ended. Redis being away ends no service:
 * tokens are accepted as the database or their signature says, and a warning is logged once.
 */
export class Sessions {
  readonly #client: KeyValueStore['client'];
  readonly #log: Log;
  #isAway = false;

  constructor({ client }: KeyValueStore, log: Log) {
    this.#client = client;
    this.#log = log;
  }

  /**
   * Notes that a token is in use.
   *
   * @returns whether Redis was asked
   * @throws GatewayError UNAUTHENTICATED where it has been ended
   */
  async accept({ session, checked, userAgent }: Noted): Promise<boolean> {
    const { identity, issuedAt, expiresAt } = checked;
    const key = keyOf(identity.id!);
    const marks = await this.#unlessAway(this.#client.hmget(key, endOf(session), ALL));
    if (!marks) return false;
    const [ended = null, before] = marks;
    if (ended !== null || (before && (issuedAt ?? 0) <= Number(before))) throw unknownToken();
    const value = JSON.stringify({ createdAt: issuedAt, seenAt: Date.now(), expiresAt, userAgent: userAgent?.slice(0, MAX_AGENT_LENGTH) });
    // Nobody waits for the note.
    void this.#unlessAway(this.#note(identity.id!, session, value));
    return true;
  }

  /** The sessions of a user that are neither ended nor expired, the last used first. */
  async of(user: string): Promise<Session[]> {
    return this.#read(async () => {
      const key = keyOf(user);
      const fields = await this.#client.hgetall(key);
      const before = Number(fields[ALL] ?? -1);
      const isLive = ({ id, createdAt, expiresAt }: Session): boolean =>
        !(endOf(id) in fields) && (createdAt ?? 0) > before && (expiresAt === undefined || expiresAt > Date.now());
      const all = Object.entries(fields)
        .filter(([id]) => id !== ALL && !id.startsWith('!'))
        .map(([id, value]): Session => ({ id, ...(JSON.parse(value) as Omit<Session, 'id'>) }));
      // A session is known as ended until its token has expired, too.
      const isOver = ([field, until]: [string, string]): boolean => field.startsWith('!') && until !== '' && Number(until) <= Date.now();
      const marks = Object.entries(fields).filter(isOver);
      const over = [...all.filter((session) => !isLive(session)).map(({ id }) => id), ...marks.map(([field]) => field)];
      if (over.length > 0) await this.#client.hdel(key, ...over);
      return all.filter(isLive).sort((one, other) => other.seenAt - one.seenAt);
    });
  }

  /** Ends a session of a user. @returns whether there was one */
  async end(user: string, session: string): Promise<boolean> {
    const live = (await this.of(user)).find(({ id }) => id === session);
    if (!live) return false;
    await this.#read(() => this.#write(keyOf(user), endOf(session), String(live.expiresAt ?? '')));
    return true;
  }

  /** Ends all sessions of a user, and refuses all tokens issued until now. @returns how many there were */
  async endAll(user: string): Promise<number> {
    const live = await this.of(user);
    await this.#read(() => this.#write(keyOf(user), ALL, String(Date.now())));
    return live.length;
  }

  /** A new session is the moment to forget those that are over. */
  async #note(user: string, session: string, value: string): Promise<void> {
    const isNew = await this.#write(keyOf(user), session, value);
    if (isNew) await this.of(user);
  }

  /** @returns whether the field is new */
  async #write(key: string, field: string, value: string): Promise<boolean> {
    const added = await this.#client.hset(key, field, value);
    await this.#client.pexpire(key, KEPT_MS);
    return added === 1;
  }

  /** @throws GatewayError STORE_UNAVAILABLE */
  #read<T>(work: () => Promise<T>): Promise<T> {
    return work().catch((error: unknown) => Promise.reject(toGatewayError('keyvalue', error)));
  }

  async #unlessAway<T>(answer: Promise<T>): Promise<T | undefined> {
    try {
      const given = await answer;
      this.#isAway = false;
      return given;
    } catch (error) {
      if (!this.#isAway)
        this.#log.warn(
          `sessions are not available (${messageOf(error)}): tokens are accepted without Redis, and one whose session was ended may be ` +
            'accepted until Redis is back',
        );
      this.#isAway = true;
      return undefined;
    }
  }
}
