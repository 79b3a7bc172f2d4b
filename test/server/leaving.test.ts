import { connect } from 'node:net';
import { once } from 'node:events';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { startTestGateway, type TestGateway } from '../support/gateway.js';

const errors: string[] = [];
let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startTestGateway({ log: { info() {}, warn() {}, error: (line) => void errors.push(line) } });
});
afterAll(() => gateway.close());

/** Sockets of this process, the gateway's among them. */
const sockets = () => process.getActiveResourcesInfo().filter((name) => name === 'TCPSocketWrap').length;

it.each(['in order', 'by a reset'])('a client that goes away %s while it sends its body is no error of the gateway', async (how) => {
  expect((await gateway.send('{ __typename }')).data).toEqual({ __typename: 'Query' });
  const before = sockets();
  const { hostname, port } = new URL(gateway.url);
  const client = connect(Number(port), hostname);
  await once(client, 'connect');
  client.write('POST /graphql HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: 1000\r\n\r\n{"query":');
  // The gateway is reading the body once it has answered a request that came after it.
  expect((await gateway.send('{ __typename }')).data).toEqual({ __typename: 'Query' });
  if (how === 'in order') client.destroy();
  else client.resetAndDestroy();
  await once(client, 'close');
  await vi.waitFor(() => expect(sockets()).toBeLessThanOrEqual(before));
  expect((await gateway.send('{ __typename }')).data).toEqual({ __typename: 'Query' });
  expect(errors).toEqual([]);
});
