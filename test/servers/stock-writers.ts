import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';

/** Keys that all writers share. */
export const KEYS = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'];

/** Each update counts `version` on under the lock of the row: it is the order of the commits for a key. `note` tells all changes apart. */
export const TABLE = `CREATE TABLE stock (id text PRIMARY KEY, version int NOT NULL, note text);
  INSERT INTO stock SELECT unnest('{${KEYS.join(',')}}'::text[]), 0`;

export interface Committed {
  readonly note: string;
  /** When its commit was sent, by `performance.now()`. */
  readonly at: number;
}

/** How a transaction ended, or what it did before. */
export type Ending = 'commit' | 'rollback' | 'savepoint' | 'prepared' | 'prepared rollback';

const chance = (part: number): boolean => Math.random() < part;
const shortTime = (): Promise<void> => pause(Math.random() * 40);

/** Programs that write the same few rows, each in a transaction of another kind each time. */
export class StockWriters {
  readonly committed: Committed[] = [];
  readonly endings = new Set<Ending>();
  readonly #pool: pg.Pool;
  #running: Promise<void>[] = [];
  #isStopped = false;
  #count = 0;

  constructor(url: string) {
    this.#pool = new pg.Pool({ connectionString: url, max: 24 });
  }

  /** Starts writers that go on until they are stopped. */
  start(count: number): void {
    this.#isStopped = false;
    this.#running = Array.from({ length: count }, async () => {
      while (!this.#isStopped) {
        await this.#transaction();
        await shortTime();
      }
    });
    // Told by stop().
    for (const each of this.#running) each.catch(() => {});
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    await Promise.all(this.#running);
  }

  /** One change by itself. Returns its note. */
  async write(id: string): Promise<string> {
    const at = performance.now();
    const note = await this.#change(this.#pool, id);
    this.committed.push({ note, at });
    return note;
  }

  /** A transaction that has written a row of its own and stays open. */
  async open(id: string): Promise<{ commit: () => Promise<void> }> {
    const client = await this.#pool.connect();
    await client.query('BEGIN');
    const note = await this.#change(client, id);
    return {
      commit: async () => {
        this.committed.push({ note, at: performance.now() });
        await client.query('COMMIT');
        client.release();
      },
    };
  }

  async versions(): Promise<Map<string, number>> {
    const { rows } = await this.#pool.query<{ id: string; version: number }>('SELECT id, version FROM stock');
    return new Map(rows.map(({ id, version }) => [id, version]));
  }

  close(): Promise<void> {
    return this.#pool.end();
  }

  async #change(client: pg.Pool | pg.PoolClient, id: string): Promise<string> {
    const note = `${id} ${(this.#count += 1)}`;
    await client.query(
      'INSERT INTO stock AS s VALUES ($1, 1, $2) ON CONFLICT (id) DO UPDATE SET version = s.version + 1, note = excluded.note',
      [id, note],
    );
    return note;
  }

  async #transaction(): Promise<void> {
    const client = await this.#pool.connect();
    const notes: string[] = [];
    try {
      await client.query('BEGIN');
      // A row of its own first: the transaction has its number then, and commits in another order than others that have theirs.
      notes.push(await this.#change(client, `own ${(this.#count += 1)}`));
      await shortTime();
      // In the order of their names, so that no two writers wait for each other.
      for (const id of KEYS.filter(() => chance(0.2))) {
        if (chance(0.3)) {
          await client.query('SAVEPOINT s');
          await this.#change(client, id);
          await client.query('ROLLBACK TO s');
          this.endings.add('savepoint');
        }
        notes.push(await this.#change(client, id));
      }
      await this.#end(client, notes);
    } finally {
      client.release();
    }
  }

  async #end(client: pg.PoolClient, notes: readonly string[]): Promise<void> {
    let commit = 'COMMIT';
    let rollback = 'ROLLBACK';
    const isPrepared = chance(0.15);
    if (isPrepared) {
      const name = `'stock ${(this.#count += 1)}'`;
      await client.query(`PREPARE TRANSACTION ${name}`);
      [commit, rollback] = [`COMMIT PREPARED ${name}`, `ROLLBACK PREPARED ${name}`];
      await shortTime();
    }
    if (chance(0.15)) {
      await client.query(rollback);
      this.endings.add(isPrepared ? 'prepared rollback' : 'rollback');
      return;
    }
    const at = performance.now();
    await client.query(commit);
    this.committed.push(...notes.map((note) => ({ note, at })));
    this.endings.add(isPrepared ? 'prepared' : 'commit');
  }
}
