import { unlessOver } from './deadline.js';
import type { CallOptions, GraphStore, RelationalStore, SqlStatement, VectorClient } from './types.js';

/** A store's estimate for a statement. */
export interface Estimate {
  readonly rows: number;
  /** In the units of PostgreSQL's planner. */
  readonly cost?: number;
}

/** Fetches a store's estimate for a statement without running it; undefined if it has none. */
export type AskEstimate = (options: CallOptions) => Promise<Estimate | undefined>;

/** PostgreSQL's estimate. Writes are planned on the primary, since a replica rejects even their EXPLAIN. */
export const sqlEstimate =
  (store: RelationalStore, kind: 'read' | 'write', { text, values = [] }: SqlStatement): AskEstimate =>
  async (options) => {
    const [row] = await store.read({ text: `EXPLAIN (FORMAT JSON) ${text}`, values }, { ...options, primary: kind === 'write' });
    const [{ Plan: plan }] = JSON.parse(row![0]!) as [{ readonly Plan: { readonly 'Plan Rows': number; readonly 'Total Cost': number } }];
    return { rows: plan['Plan Rows'], cost: plan['Total Cost'] };
  };

/** Neo4j's estimate. */
export const graphEstimate =
  (store: GraphStore, cypher: string, parameters: Record<string, unknown>): AskEstimate =>
  async (options) => {
    const rows = await store.estimate(cypher, parameters, options);
    return rows === undefined ? undefined : { rows };
  };

/** Maximum number of counts per request, so that a large batch does not cause as many requests. */
const MAX_COUNTS = 20;

/** Default limits of Qdrant for searches and pages. */
const POINTS = 10;

/** Points among which one of the calls looks, and how many of them it takes. */
interface Asked {
  readonly filter?: object | null | undefined;
  readonly limit?: number | null | undefined;
  readonly offset?: unknown;
}

/**
 * Of the vector store: as many points as pass a call's filter, roughly counted, and at most as many as it asks for. How near
 * they are is not reckoned with. Calls with the same filter share a count.
 */
export class PointEstimates {
  readonly #client: VectorClient;
  readonly #counts = new Map<string, Promise<number>>();

  constructor(client: VectorClient) {
    this.#client = client;
  }

  of(call: string, collection: string, body: object): AskEstimate | undefined {
    const asked = askedOf(call, body);
    return asked && ((options) => this.#sum(collection, asked, options));
  }

  async #sum(collection: string, asked: readonly Asked[], { signal }: CallOptions): Promise<Estimate | undefined> {
    const counts = asked.map(({ filter }) => this.#count(collection, filter ?? undefined));
    if (counts.includes(undefined)) return undefined;
    const found = await unlessOver(signal, Promise.all(counts as Promise<number>[]));
    const rows = asked.map(({ limit, offset }, index) =>
      Math.max(0, Math.min(limit ?? POINTS, found[index]! - (typeof offset === 'number' ? offset : 0))),
    );
    return { rows: rows.reduce((sum, each) => sum + each, 0) };
  }

  #count(collection: string, filter: object | undefined): Promise<number> | undefined {
    const key = JSON.stringify([collection, filter]);
    const held = this.#counts.get(key);
    if (held || this.#counts.size >= MAX_COUNTS) return held;
    const counted = this.#client.count(collection, { ...(filter ? { filter } : {}), exact: false }).then(({ count }) => count);
    this.#counts.set(key, counted);
    return counted;
  }
}

const askedOf = (call: string, body: object): readonly Asked[] | undefined => {
  if (call === 'queryBatch') return (body as { readonly searches: readonly Asked[] }).searches;
  // The offset of a page is a point, not a number of them.
  if (call === 'scroll') return [{ ...body, offset: undefined }];
  if (call !== 'retrieve') return undefined;
  const { ids } = body as { readonly ids: readonly unknown[] };
  return [{ filter: { must: [{ has_id: ids }] }, limit: ids.length }];
};
