import { createHash } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import { GatewayError } from '../errors.js';
import type { KeyValueClient } from '../stores/types.js';
import type { Manifest } from './manifest.js';

export interface PersistedOptions {
  /** Documents that clients may ask for by their ids. */
  readonly manifest?: Manifest | undefined;
  /** Whether no other documents are executed. @default false */
  readonly isSafelist?: boolean | undefined;
}

/** What a request asks for, in its body or its query string. */
interface Asked {
  readonly body: unknown;
  readonly search: string;
}

/** Puts the text of a document in the place of its id, and keeps out what is not on the list, where there is one. */
export class PersistedDocuments {
  readonly #texts = new Map<string, string>();
  readonly #bodies: ReadonlySet<string>;
  readonly #isSafelist: boolean;

  constructor({ manifest = new Map(), isSafelist = false }: PersistedOptions) {
    for (const [id, body] of manifest) {
      this.#texts.set(id, body);
      this.#texts.set(createHash('sha256').update(body).digest('hex'), body);
    }
    this.#bodies = new Set(manifest.values());
    this.#isSafelist = isSafelist;
  }

  /**
   * The request with the text of its document.
   *
   * @throws GatewayError DOCUMENT_INVALID, DOCUMENT_UNKNOWN, OPERATION_UNLISTED
   */
  resolve(method: string | undefined, asked: Asked): Asked {
    if (method === 'POST') {
      const { body } = asked;
      if (typeof body !== 'object' || body === null || Array.isArray(body)) return asked;
      const resolved = this.#document(body as Record<string, unknown>);
      return resolved === body ? asked : { search: asked.search, body: resolved };
    }
    const parameters = new URLSearchParams(asked.search);
    const given: Record<string, unknown> = Object.fromEntries(parameters);
    const hash = hashOf(parsed(parameters.get('extensions')));
    if (!this.#isSafelist && given['documentId'] === undefined) return asked;
    const resolved = this.#document({ ...given, ...(hash === undefined ? {} : { extensions: { persistedQuery: { sha256Hash: hash } } }) });
    if (typeof resolved['query'] === 'string') parameters.set('query', resolved['query']);
    for (const name of ['documentId', ...(this.#isSafelist ? ['extensions'] : [])]) parameters.delete(name);
    return { ...asked, search: `?${parameters.toString()}` };
  }

  /** The request with its document's text. */
  #document(request: Record<string, unknown>): Record<string, unknown> {
    const { documentId, query, extensions } = request;
    if (documentId !== undefined && documentId !== null) {
      if (typeof documentId !== 'string' || (query !== undefined && query !== null)) throw new GatewayError('DOCUMENT_INVALID');
      const text = this.#texts.get(documentId.replace(/^sha256:/, ''));
      if (text === undefined) throw new GatewayError('DOCUMENT_UNKNOWN');
      const { documentId: _, ...rest } = request;
      return { ...rest, query: text };
    }
    if (!this.#isSafelist) return request;
    const hash = hashOf(extensions);
    const text = typeof query === 'string' ? query : hash === undefined ? undefined : this.#texts.get(hash);
    if (text === undefined || !this.#bodies.has(text)) throw new GatewayError('OPERATION_UNLISTED');
    // Whether the hash is that of the text is told by the list.
    const { extensions: _, ...rest } = request;
    return { ...rest, query: text };
  }
}

const hashOf = (extensions: unknown): string | undefined => {
  const { persistedQuery } = (extensions ?? {}) as { persistedQuery?: { sha256Hash?: unknown } | null };
  return typeof persistedQuery?.sha256Hash === 'string' ? persistedQuery.sha256Hash : undefined;
};

/** A JSON text as it stands in an address; undefined for none, and for what is not JSON. */
export const parsed = (json: string | null): unknown => {
  try {
    return json === null ? undefined : JSON.parse(json);
  } catch {
    return undefined;
  }
};

/** How long a document that a client has sent with its hash is kept since then, in milliseconds: a week. */
const KEPT_MS = 7 * 86_400_000;

/** Documents of this process that are not asked for in Redis again. */
const MAX_KNOWN = 1_000;

/** Where Apollo keeps automatic persisted queries: in Redis, for all gateways. Without it clients send the whole document again. */
export const persistedCache = (client: Pick<KeyValueClient, 'get' | 'set'>) => {
  const known = new LRUCache<string, string>({ max: MAX_KNOWN });
  return {
    get: async (key: string): Promise<string | undefined> => {
      const held = known.get(key) ?? (await client.get(`odras:${key}`).catch(() => null)) ?? undefined;
      if (held !== undefined) known.set(key, held);
      return held;
    },
    set: async (key: string, value: string): Promise<void> => {
      // Each gateway writes it once in the time for which it is kept.
      if (known.get(key) === value) return;
      await client.set(`odras:${key}`, value, 'PX', KEPT_MS).catch(() => null);
      known.set(key, value, { ttl: KEPT_MS / 2 });
    },
    delete: async (key: string): Promise<boolean> => known.delete(key),
  };
};
