import type { Schemas } from '@qdrant/js-client-rest';
import { withinDeadline } from '../deadline.js';
import { readAgain } from '../failures.js';
import { placeOf } from '../place.js';
import type { CollectionUsage, VectorClient, VectorStore } from '../types.js';

export interface ServerVectorOptions {
  /** http:// or https:// address of Qdrant's REST interface. */
  readonly url: string;
  readonly apiKey?: string | undefined;
  /** Longest time of one request. @default 10_000 */
  readonly timeoutMs: number;
}

const CALLS = [
  'getCollections',
  'getCollection',
  'createCollection',
  'updateCollection',
  'createVectorName',
  'createPayloadIndex',
  'upsert',
  'delete',
  'retrieve',
  'scroll',
  'count',
  'queryBatch',
] as const satisfies readonly (keyof VectorClient)[];

/** Calls that write nothing. */
const READS = new Set<(typeof CALLS)[number]>(['getCollections', 'getCollection', 'retrieve', 'scroll', 'count', 'queryBatch']);

/** Level of detail of Qdrant's telemetry that includes the sizes of shards. */
const SHARDS = 3;

const usageOf = ({ shards }: Schemas['CollectionTelemetry']): CollectionUsage => {
  const sum = (size: 'vectors_size_bytes' | 'payloads_size_bytes') =>
    (shards ?? []).reduce((total, shard) => total + Number((shard.local as Schemas['LocalShardTelemetry'] | null)?.[size] ?? 0), 0);
  return { vectorBytes: sum('vectors_size_bytes'), payloadBytes: sum('payloads_size_bytes') };
};

/** Qdrant through its REST client. Connects when it is first asked. */
export const openServerVector = async ({ url, apiKey, timeoutMs }: ServerVectorOptions): Promise<VectorStore> => {
  const { QdrantClient } = await import('@qdrant/js-client-rest');
  const address = new URL(url);
  const path = address.pathname === '/' ? '' : address.pathname.replace(/\/$/, '');
  // URL drops the default port of the protocol.
  const given = /^[^/]*\/\/[^/]*:(\d+)(?:\/|$)/.exec(url)?.[1];
  const port = given !== undefined ? Number(given) : address.protocol === 'https:' ? 443 : 6333;
  const connect = () =>
    new QdrantClient({
      host: address.hostname,
      https: address.protocol === 'https:',
      port,
      prefix: path,
      timeout: timeoutMs,
      // The check would run in the background and warn on the console; the first real request checks the version.
      checkCompatibility: false,
      // As a header of our own: given as a key, the client warns on the console where there is no TLS.
      ...(apiKey === undefined ? {} : { headers: { 'api-key': apiKey } }),
    });
  let client = connect();
  /** Without keep-alive connections, which may be closed like the one that was lost. */
  const another = () => (client = connect());
  const guarded = Object.fromEntries(
    CALLS.map((name) => [
      name,
      (...args: unknown[]) => {
        const ask = (of = client) =>
          withinDeadline({ store: 'vector', timeoutMs }, () => (of[name] as (...all: unknown[]) => Promise<unknown>).apply(of, args));
        return READS.has(name) ? readAgain(ask, another) : ask();
      },
    ]),
  ) as unknown as VectorClient;
  return {
    where: `server, ${placeOf(url)}`,
    client: guarded,
    usage: async () => {
      const { data } = await readAgain(
        (of = client) => withinDeadline({ store: 'vector', timeoutMs }, () => of.api().telemetry({ details_level: SHARDS })),
        another,
      );
      return new Map((data.result?.collections.collections ?? []).flatMap((one) => ('id' in one ? [[one.id, usageOf(one)] as const] : [])));
    },
    ping: async () => {
      await guarded.getCollections();
    },
    close: async () => {},
  };
};
