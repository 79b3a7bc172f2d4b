import { withinDeadline } from '../deadline.js';
import { placeOf } from '../place.js';
import type { VectorClient, VectorStore } from '../types.js';

export interface ServerVectorOptions {
  /** http:// or https:// address of Qdrant's REST interface. */
  readonly url: string;
  readonly apiKey?: string | undefined;
  /** Longest time of one request. @default 10_000 */
  readonly timeoutMs: number;
}

const CALLS = ['getCollections', 'getCollection', 'createCollection', 'createPayloadIndex', 'upsert', 'delete', 'retrieve', 'scroll', 'count', 'queryBatch'] as const satisfies readonly (keyof VectorClient)[];

/** Qdrant through its REST client. Connects when it is first asked. */
export const openServerVector = async ({ url, apiKey, timeoutMs }: ServerVectorOptions): Promise<VectorStore> => {
  const { QdrantClient } = await import('@qdrant/js-client-rest');
  const address = new URL(url);
  const path = address.pathname === '/' ? '' : address.pathname.replace(/\/$/, '');
  // URL drops a port that is the protocol's own.
  const given = /^[^/]*\/\/[^/]*:(\d+)(?:\/|$)/.exec(url)?.[1];
  const port = given !== undefined ? Number(given) : address.protocol === 'https:' ? 443 : 6333;
  const client = new QdrantClient({
    host: address.hostname,
    https: address.protocol === 'https:',
    port,
    prefix: path,
    timeout: timeoutMs,
    // It would ask in the background and warn on the console; the version is checked by the first real request.
    checkCompatibility: false,
    // As a header of our own: given as a key, the client warns on the console where there is no TLS.
    ...(apiKey === undefined ? {} : { headers: { 'api-key': apiKey } }),
  });
  const guarded = Object.fromEntries(
    CALLS.map((name) => [name, (...args: unknown[]) => withinDeadline({ store: 'vector', timeoutMs }, () => (client[name] as (...all: unknown[]) => Promise<unknown>).apply(client, args))]),
  ) as unknown as VectorClient;
  return {
    where: `server, ${placeOf(url)}`,
    client: guarded,
    ping: async () => {
      await guarded.getCollections();
    },
    close: async () => {},
  };
};
