import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { GatewayError } from '../../src/errors.js';
import { Ending } from '../../src/stores/ending.js';
import { openServerGraph } from '../../src/stores/graph/server.js';
import type { GraphStore } from '../../src/stores/types.js';
import { openOwnGateway, type OwnGateway } from '../support/own-gateway.js';
import { serverUrl } from './urls.js';

describe('writers that wait for one node', () => {
  const SIZE = 4;
  let store: GraphStore;
  let other: GraphStore;
  beforeAll(async () => {
    const options = { url: serverUrl('NEO4J_URL'), database: 'neo4j', timeoutMs: 60_000 };
    [store, other] = await Promise.all([openServerGraph({ ...options, maxSessions: SIZE }), openServerGraph(options)]);
    await other.write.run('MERGE (n:Contested {id: 1})');
  });
  afterAll(async () => {
    await other.write.run('MATCH (n:Contested) DELETE n');
    await Promise.all([store.close(), other.close()]);
  });

  it('leave connections to reads, and the store answers all the time', async () => {
    let writers: Promise<unknown>[] = [];
    await other.transaction(async (lock) => {
      await lock.run('MATCH (n:Contested) SET n.by = 0');
      writers = Array.from({ length: 12 }, (_, index) => store.write.run('MATCH (n:Contested) SET n.by = $index', { index }));
      const end = new Ending();
      const late = store.write.run('MATCH (n:Contested) SET n.by = -1', {}, { signal: end });
      for (let times = 0; times < 3; times += 1) expect((await store.read.run('RETURN 1 AS one')).records).toHaveLength(1);
      await store.ping();
      end.abort(new GatewayError('REQUEST_TIMEOUT', { timeoutMs: 1 }));
      await expect(late).rejects.toMatchObject({ code: 'POOL_EXHAUSTED', extensions: { store: 'graph' } });
    });
    await Promise.all(writers);
    expect((await other.read.run('MATCH (n:Contested) RETURN n.by AS by')).records[0]!.get('by')).toBeGreaterThanOrEqual(0);
  });
});

describe('a property that no two nodes have the same value of', () => {
  let gateway: OwnGateway;
  beforeAll(async () => {
    gateway = await openOwnGateway('type Gadget @node { id: ID! serial: String! @alias(property: "serial_number") }', {
      NEO4J_URL: serverUrl('NEO4J_URL'),
    });
    await gateway.engine.stores.graph.write.run(
      'CREATE CONSTRAINT gadget_serial IF NOT EXISTS FOR (n:Gadget) REQUIRE n.serial_number IS UNIQUE',
    );
  });
  afterAll(async () => {
    const { write } = gateway.engine.stores.graph;
    await write.run('DROP CONSTRAINT gadget_serial IF EXISTS');
    await write.run('MATCH (n:Gadget) DELETE n');
    await gateway.close();
  });

  it('is named by its field where it is violated', async () => {
    const { errors } = await gateway.run(
      'mutation { createGadgets(input: [{id: "1", serial: "a"}, {id: "2", serial: "a"}]) { gadgets { id } } }',
    );
    expect(errors).toMatchObject([
      {
        message: 'A Gadget with the same serial already exists. Nothing was written.',
        extensions: { code: 'UNIQUE_VIOLATION', type: 'Gadget', fields: ['serial'] },
      },
    ]);
  });
});
