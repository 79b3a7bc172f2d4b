import pg from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { openWorkshop, type Workshop } from '../support/workshop.js';
import { freshDatabase } from './urls.js';

describe('rows that are written and cannot be read again', () => {
  let workshop: Workshop;
  let admin: pg.Pool;
  let gate: pg.Client;
  let locker: pg.Client;
  beforeAll(async () => {
    const url = await freshDatabase('after_commit_test');
    workshop = await openWorkshop({ DATABASE_URL: url, STORE_TIMEOUT_MS: '5000' });
    admin = new pg.Pool({ connectionString: url, max: 2 });
    [gate, locker] = [new pg.Client(url), new pg.Client(url)];
    await Promise.all([gate.connect(), locker.connect()]);
    // What writes waits at the gate before its commit.
    await workshop.engine.stores.relational.script(`
      CREATE FUNCTION wait() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN PERFORM pg_advisory_xact_lock(42); RETURN NULL; END$$;
      CREATE TRIGGER wait AFTER INSERT ON teams FOR EACH ROW EXECUTE FUNCTION wait();
      CREATE TRIGGER wait AFTER INSERT ON people FOR EACH ROW EXECUTE FUNCTION wait();`);
  });
  afterAll(async () => {
    await Promise.all([gate?.end(), locker?.end(), admin?.end()]);
    await workshop?.close();
  });
  beforeEach(async () => void (await gate.query('SELECT pg_advisory_lock(42)')));
  afterEach(async () => {
    await locker.query('ROLLBACK');
    await gate.query('SELECT pg_advisory_unlock_all()');
  });
  const untilWaiting = (count: number) =>
    vi.waitFor(
      async () =>
        expect(
          (await admin.query(`SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`)).rowCount,
        ).toBe(count),
      { timeout: 10_000, interval: 20 },
    );

  /** Runs a mutation of rows that another session takes the moment they are committed. */
  const taken = async (table: string, mutation: string) => {
    const answer = workshop.run(mutation);
    await untilWaiting(1);
    const lock = locker.query(`BEGIN; LOCK TABLE ${table} IN ACCESS EXCLUSIVE MODE`);
    await untilWaiting(2);
    await gate.query('SELECT pg_advisory_unlock(42)');
    await lock;
    const result = await answer;
    await locker.query('ROLLBACK');
    expect((await admin.query(`SELECT FROM ${table}`)).rowCount).toBe(1);
    expect(result.errors).toHaveLength(1);
    return result.errors![0]!;
  };

  it('are said to be written', async () => {
    const { message, extensions } = await taken('teams', 'mutation { createTeams(input: [{name: "Red"}]) { teams { name } } }');
    expect(extensions).toEqual({ code: 'WRITTEN_UNREAD', reason: 'STORE_TIMEOUT', store: 'relational', written: true });
    // The gateway and PostgreSQL have the same time, and either may be the first to end it.
    expect(message).toMatch(
      /^The changes were written, but some of the selected data could not be read: The relational store did not answer within (5000 ms|its statement timeout)\. Do not send the mutation again; read the rows with a query\.$/,
    );
  });

  it('lack their copies, of which it is said where', async () => {
    const { message, extensions } = await taken('people', 'mutation { createPeople(input: [{name: "Ann"}]) { people { name } } }');
    expect(extensions).toEqual({ code: 'PROJECTION_FAILED', store: 'graph', stores: ['graph'], written: true });
    expect(message).toMatch(
      /^The Person rows were written, but their copies in the graph store were not: The relational store did not answer within (5000 ms|its statement timeout)\./,
    );
    expect(message).not.toMatch(/try again/i);
  });
});
