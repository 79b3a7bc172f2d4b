import { messageOf } from '../errors.js';
import type { Log } from '../log.js';
import type { Listening, RelationalStore, SqlRunner } from '../stores/types.js';
import { SLOTS } from './tables.js';
import { AWAKE_LOCK, WAKE_CHANNEL } from './triggers.js';

/** Channel on which new ticks are told, and that the ticker is alive. */
export const TICK_CHANNEL = 'odras_gateway_tick';

/** Held by the gateway that makes ticks. */
const LEADER_LOCK = 7_031_985_002;

export interface TickerOptions {
  /** Time between two ticks while there are changes, in milliseconds. @default 5 */
  readonly tickMs?: number;
  /** How long the ticker looks for changes by itself after the last one, in milliseconds. @default 200 */
  readonly awakeMs?: number;
  /** How often it looks for changes and says that it is alive when nothing wakes it, in milliseconds. @default 1_000 */
  readonly idleMs?: number;
  /** How long changes are kept at least, in hours. @default 24 */
  readonly retentionHours?: number;
}

/** Called with the number of the last tick, or undefined when ticks may have been missed. */
export type OnTick = (tick: number | undefined) => void;

/**
 * Cuts the changes into batches, in one gateway at a time: the one that holds a lock of the database. The others hear it once a second,
 * and one of them takes its place when they hear nothing for three times as long.
 */
export class Ticker {
  readonly #listening: Listening;
  readonly #onTick: OnTick;
  readonly #log: Log;
  readonly #options: Required<TickerOptions>;
  /** Resolves when a gateway is known to make ticks, and has made one of what was written while none did. */
  readonly ready: Promise<void>;
  #isReady!: () => void;
  #isLeader = false;
  #isAwake = false;
  #heard = -Infinity;
  #isWoken = false;
  /** Transactions from before this one may have found the ticker awake; undefined until it is known, empty for none. */
  #unseen: string | undefined = '';
  #timer: NodeJS.Timeout | undefined;
  #isClosed = false;
  #working: Promise<void> = Promise.resolve();
  #hasFailed = false;
  #cleaned = 0;

  constructor(relational: Pick<RelationalStore, 'listen'>, onTick: OnTick, log: Log, options: TickerOptions = {}) {
    this.#options = { tickMs: 5, awakeMs: 200, idleMs: 1_000, retentionHours: 24, ...options };
    this.#onTick = onTick;
    this.#log = log;
    this.ready = new Promise((resolve) => (this.#isReady = resolve));
    this.#listening = relational.listen({
      channels: [WAKE_CHANNEL, TICK_CHANNEL],
      onMessage: (channel, message) => this.#hear(channel, message),
      onConnected: () => {
        this.#isLeader = false;
        this.#isAwake = false;
        onTick(undefined);
        this.#soon(0);
      },
    });
  }

  /** Whether this gateway makes the ticks. */
  get isLeader(): boolean {
    return this.#isLeader;
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    clearTimeout(this.#timer);
    await this.#working;
    await this.#listening.close();
  }

  #hear(channel: string, message: string): void {
    this.#heard = performance.now();
    if (channel === TICK_CHANNEL) {
      this.#isReady();
      if (message !== '') this.#onTick(Number(message));
    } else if (this.#isLeader && !this.#isAwake) {
      this.#isWoken = true;
      this.#soon(0);
    }
  }

  #soon(ms: number): void {
    if (this.#isClosed) return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.#working = this.#working.then(() => this.#work());
    }, ms).unref();
  }

  async #work(): Promise<void> {
    if (this.#isClosed) return;
    const { idleMs } = this.#options;
    try {
      if (!this.#isLeader) await this.#lead();
      if (this.#isLeader) await this.#tickUntilIdle();
      this.#hasFailed = false;
    } catch (error) {
      if (!this.#hasFailed && !this.#isClosed) this.#log.warn(`the change feed does not go on: ${messageOf(error)}. It is tried again`);
      this.#hasFailed = true;
    }
    if (this.#isWoken && !this.#hasFailed) {
      this.#isWoken = false;
      return this.#soon(0);
    }
    // Not all followers at once.
    this.#soon(this.#isLeader ? idleMs : idleMs * (1 + Math.random()));
  }

  async #lead(): Promise<void> {
    if (!this.#listening.isAlone) {
      if (performance.now() - this.#heard < 3 * this.#options.idleMs) return;
      const [[got] = []] = await this.#listening.run({ text: `SELECT pg_try_advisory_lock(${LEADER_LOCK})` });
      // Another one may be slow to be heard.
      this.#heard = performance.now();
      if (got !== 't') return;
    }
    await identify(this.#listening.run);
    this.#isLeader = true;
  }

  /** Makes ticks while there are changes. What is written then wakes nobody, so it ends when no transaction of that time is left. */
  async #tickUntilIdle(): Promise<void> {
    const { tickMs, awakeMs } = this.#options;
    const { run, isAlone } = this.#listening;
    this.#isWoken = false;
    let last = -Infinity;
    let isFirst = true;
    while (!this.#isClosed) {
      const [[tick, oldest, next] = []] = await run({ text: TICK, name: 'odras-tick', values: [String(isFirst && !isAlone)] });
      isFirst = false;
      this.#isReady();
      if (tick !== null) {
        last = performance.now();
        if (!isAlone) await this.#stayAwake();
      } else if (isAlone) break;
      else if (this.#isAwake) {
        if (performance.now() - last > awakeMs) await this.#fallAsleep();
      } else if (this.#unseen === '' || BigInt(oldest!) >= BigInt((this.#unseen ??= next!))) break;
      const isQuiet = !this.#isAwake && performance.now() - last > QUIET_MS;
      await new Promise((resolve) => setTimeout(resolve, tick !== null ? tickMs : isQuiet ? QUIET_MS : tickMs * 4));
    }
    this.#unseen = '';
    if (performance.now() - this.#cleaned < CLEAN_MS) return;
    this.#cleaned = performance.now();
    await removeOld(run, this.#options.retentionHours);
  }

  async #stayAwake(): Promise<void> {
    if (this.#isAwake) return;
    const [[got] = []] = await this.#listening.run({ text: `SELECT pg_try_advisory_lock(${AWAKE_LOCK})` });
    this.#isAwake = got === 't';
  }

  async #fallAsleep(): Promise<void> {
    await this.#listening.run({ text: `SELECT pg_advisory_unlock(${AWAKE_LOCK})` });
    this.#isAwake = false;
    this.#unseen = undefined;
  }
}

/** How often a ticker looks for changes of transactions that stay open, in milliseconds. A forgotten one may never end. */
const QUIET_MS = 500;

/** How often old changes are looked for, in milliseconds. */
const CLEAN_MS = 60_000;

/**
 * A tick, if there are changes that the last one does not show: those of later transactions, and of those that were running then. Told
 * to all. With the oldest transaction that is running, and the next one.
 *
 * Its parameter: whether to say that this gateway is alive if there is nothing else to tell.
 */
const TICK = `WITH last AS MATERIALIZED (SELECT id, snapshot FROM odras_gateway.ticks ORDER BY id DESC LIMIT 1),
made AS (
  INSERT INTO odras_gateway.ticks (id, snapshot) SELECT last.id + 1, pg_current_snapshot() FROM last
  WHERE EXISTS (SELECT 1 FROM odras_gateway.changes c WHERE c.xid >= (SELECT pg_snapshot_xmax(snapshot) FROM last))
    OR EXISTS (SELECT 1 FROM odras_gateway.changes c WHERE c.xid = ANY (ARRAY(SELECT pg_snapshot_xip(snapshot) FROM last)))
  RETURNING id, pg_notify('${TICK_CHANNEL}', id::text)
)
SELECT (SELECT id FROM made)::text, pg_snapshot_xmin(pg_current_snapshot())::text, pg_snapshot_xmax(pg_current_snapshot())::text,
  CASE WHEN $1 AND NOT EXISTS (SELECT 1 FROM made) THEN pg_notify('${TICK_CHANNEL}', '') END::text`;

/** Makes a tick of what has been committed, where no gateway runs. */
export const makeTick = async ({ transaction }: Pick<RelationalStore, 'transaction'>): Promise<void> => {
  await transaction((run) => run({ text: TICK, values: ['false'] }));
};

/**
 * Says which database the feed is of. After a promotion or a restore to an earlier time, the ticks go on under another number, so that
 * positions that this server does not have are found out; of another database nothing is left.
 */
const identify = async (run: SqlRunner): Promise<void> => {
  const [[system = '', timeline = ''] = []] = (await run({ text: IDENTITY })) as [string, string][];
  const [known] = await run({ text: 'SELECT system, timeline FROM odras_gateway.feeds ORDER BY id DESC LIMIT 1' });
  if (known?.[0] === system && known[1] === timeline) return;
  if (known && known[0] !== system) {
    // Its snapshots and transaction numbers mean nothing here.
    await run({ text: 'TRUNCATE odras_gateway.changes' });
    await run({
      text:
        'WITH gone AS (DELETE FROM odras_gateway.ticks RETURNING id) ' +
        'INSERT INTO odras_gateway.ticks (id, snapshot) SELECT max(id) + 1, pg_current_snapshot() FROM gone HAVING max(id) IS NOT NULL',
    });
  }
  await run({
    text: 'INSERT INTO odras_gateway.feeds (system, timeline, first_tick) SELECT $1, $2, coalesce(max(id), 0) FROM odras_gateway.ticks',
    values: [system, timeline],
  });
};

const IDENTITY =
  'SELECT (SELECT system_identifier::text FROM pg_control_system()), (SELECT timeline_id::text FROM pg_control_checkpoint())';

/** Empties the part of the time that is over for at least as long as changes are kept, and forgets its ticks. */
export const removeOld = async (run: SqlRunner, retentionHours: number): Promise<void> => {
  const slotSeconds = Math.ceil((retentionHours * 3_600) / (SLOTS - 2));
  const [[slot = '0'] = []] = (await run({
    text: `SELECT (((extract(epoch FROM now()) / ${slotSeconds})::bigint + 1) % ${SLOTS})::text`,
  })) as [string][];
  const partition = `odras_gateway.changes_${Number(slot)}`;
  const [[isUsed] = []] = await run({ text: `SELECT EXISTS (SELECT 1 FROM ${partition})` });
  if (isUsed !== 't') return;
  const old = `now() - make_interval(hours => ${retentionHours})`;
  // Whoever writes there now is not waited for. What was committed before the lock was free is seen behind it.
  await run({
    text: `DO $$ BEGIN
  IF EXISTS (SELECT 1 FROM ${partition} WHERE at > ${old}) THEN RETURN; END IF;
  SET LOCAL lock_timeout = '100ms';
  LOCK TABLE ${partition} IN ACCESS EXCLUSIVE MODE;
  IF EXISTS (SELECT 1 FROM ${partition} WHERE at > ${old}) THEN RETURN; END IF;
  DELETE FROM odras_gateway.ticks t WHERE t.at < ${old} AND t.id < (SELECT max(id) FROM odras_gateway.ticks);
  TRUNCATE ${partition};
EXCEPTION WHEN lock_not_available THEN NULL;
END $$`,
  });
};
