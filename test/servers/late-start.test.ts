import { once } from 'node:events';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { readConfig } from '../../src/config.js';
import { migrateStores } from '../../src/operations/prepare.js';
import { adminKey } from '../support/tokens.js';
import { postgresql, startPostgresql } from './postgresql.js';
import { serverUrl } from './urls.js';

const admin = adminKey();
const folder = mkdtempSync(join(tmpdir(), 'odras-late-start-'));
// PostgreSQL does not run as root, and its own user must pass through.
chmodSync(folder, 0o755);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('stores that are away when the gateway starts', () => {
  it('are named, and used as soon as they are there', async () => {
    const blocker = createServer().listen(0, '127.0.0.1');
    await once(blocker, 'listening');
    const { port } = blocker.address() as { port: number };
    blocker.close();
    await once(blocker, 'close');
    const { QDRANT_API_KEY } = process.env;
    const servers = {
      QDRANT_URL: serverUrl('QDRANT_URL'),
      REDIS_URL: serverUrl('REDIS_URL'),
      ...admin.settings,
      ...(QDRANT_API_KEY === undefined ? {} : { QDRANT_API_KEY }),
    };
    const lines: string[] = [];
    const log = {
      info: (line: string) => lines.push(line),
      warn: (line: string) => lines.push(line),
      error: (line: string) => lines.push(line),
    };
    // Qdrant is there from the start, and has what the schema names.
    await migrateStores(readConfig({ memory: true }, servers), log);
    lines.length = 0;
    const { serve } = await import('../../src/operations/serve.js');
    const late = await serve(
      readConfig({ memory: true, port: '0' }, { ...servers, DATABASE_URL: postgresql.url(port), NEO4J_URL: `bolt://127.0.0.1:${port}` }),
      log,
    );
    const ask = async (query: string) =>
      (await (await fetch(late.url, { method: 'POST', headers: admin.headers, body: JSON.stringify({ query }) })).json()) as {
        data: object;
        errors?: { extensions: { code: string } }[];
      };
    expect(lines.join('\n')).toMatch(/the relational store does not answer: .*ECONNREFUSED/);
    expect(lines.join('\n')).not.toMatch(/odras:odras|odras-test@/);
    expect(await (await fetch(new URL('/health/ready', late.url))).json()).toMatchObject({
      status: 'unready',
      stores: {
        relational: { status: 'unready' },
        graph: { status: 'unready' },
        vector: { status: 'ready' },
        keyvalue: { status: 'ready' },
      },
    });
    const answer = await ask('{ projects { name } components { name } __typename }');
    expect(answer.data).toEqual({ projects: null, components: null, __typename: 'Query' });
    expect(answer.errors?.map(({ extensions }) => extensions.code)).toEqual(['STORE_UNAVAILABLE', 'STORE_UNAVAILABLE']);
    const tardy = await startPostgresql({ folder: join(folder, 'tardy'), port });
    await vi.waitFor(async () => expect(lines.join('\n')).toContain('the relational store answers again'), { timeout: 20_000 });
    // An empty database: the schema is checked against it now, and what is missing is reported.
    await vi.waitFor(() => expect(lines.join('\n')).toMatch(/The schema does not match the stores, \d+ mismatches/));
    await late.close();
    await tardy.stop();
  });
});
