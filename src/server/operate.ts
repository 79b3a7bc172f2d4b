import { HeaderMap, type ApolloServer, type HTTPGraphQLResponse } from '@apollo/server';
import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import type { Engine } from '../engine.js';
import { GatewayError } from '../errors.js';
import type { Written } from '../execute/byte-text.js';
import type { Callers } from '../execute/callers.js';
import type { RequestContext } from '../execute/context.js';
import { writeJson } from '../model/exact-json.js';
import { NOBODY, type Identity } from '../predicate/caller.js';
import { Ending } from '../stores/ending.js';
import { Trace } from '../stores/trace.js';
import { plainOperation, readBody, type PlainOperation } from './body.js';
import { operationIn, sendEvents, wantsEvents } from './event-stream.js';
import { EXPLAIN_HEADER } from './explain.js';
import type { LiveOperation, LiveOperations } from './live-operations.js';
import type { PersistedDocuments } from './persisted.js';
import { noteRefusal } from './refused.js';
import { REQUEST_ID } from './request-id.js';
import type { Running } from './running.js';
import type { Unread } from './unread.js';

/** Apollo copies a context's own properties, so ours is one of them. */
export interface ApolloContext {
  readonly request: RequestContext;
}

export interface OperateOptions {
  readonly engine: Engine;
  readonly apollo: ApolloServer<ApolloContext>;
  readonly persisted: PersistedDocuments;
  readonly callers: Callers;
  /** Operations whose results come as they happen. */
  readonly live: LiveOperations;
  /** Whether clients may ask which statements answered a request. */
  readonly explain: boolean;
  /** Largest request body, in bytes. @default 1_048_576 (1 MiB) */
  readonly maxBodyBytes?: number;
  readonly requestTimeoutMs?: number;
  /** Requests that run now. */
  readonly running: Running;
}

/** Placeholder for the `data` of a response whose bytes are already in the request's `answer`. */
export const WRITTEN: Record<string, unknown> = Object.freeze({});

export const jsonLine = (value: unknown): string => `${writeJson(value)}\n`;

/** Whether a request has a header that pages of other origins can only send after a preflight. */
const isPreflighted = (headers: IncomingHttpHeaders): boolean => {
  const type = headers['content-type']?.split(';')[0]?.trim().toLowerCase();
  if (type && !['application/x-www-form-urlencoded', 'multipart/form-data', 'text/plain'].includes(type)) return true;
  return isSet(headers['apollo-require-preflight']?.toString()) || isSet(headers['x-apollo-operation-name']?.toString());
};

/** What is asked for, and how. */
interface Asked {
  readonly search: string;
  readonly body: unknown;
}

/**
 * Answers requests to the endpoint.
 *
 * @param fixed headers of every answer, names and values in turn
 * @returns a function that throws GatewayError where the request is refused before GraphQL sees it; its last argument names the request
 */
export const createOperate = (options: OperateOptions, unread: Unread, fixed: readonly string[]) => {
  const { engine, apollo, callers, explain, live, maxBodyBytes = 1_048_576, persisted, requestTimeoutMs = 10_000, running } = options;
  const contentTypes = new ContentTypes();

  /** When the request ends: after its time, or when its client goes away. */
  const endOf = (response: ServerResponse, sender: Identity): Ending => {
    const end = new Ending();
    const timer = end.abortAfter(requestTimeoutMs);
    response.on('close', () => {
      clearTimeout(timer);
      running.end(sender);
      if (!response.writableFinished) end.abort(new GatewayError('REQUEST_CANCELLED'));
    });
    return end;
  };

  const answerPlain = async (response: ServerResponse, operation: PlainOperation, type: string, gateway: RequestContext): Promise<void> => {
    const { http, body } = await apollo.executeOperation(operation, { contextValue: { request: gateway } });
    if (body.kind !== 'single') throw new Error(`Apollo answered ${body.kind}`);
    const { errors, data, extensions } = body.singleResult;
    const written = data === WRITTEN ? gateway.answer! : textOf(jsonLine({ errors, data, extensions }));
    const headers = [...fixed, REQUEST_ID, gateway.requestId, 'content-type', type];
    unread.send(response, written, http.status ?? 200, http.headers.size === 0 ? headers : merged(headers, http.headers));
  };

  const answerByApollo = async (
    request: IncomingMessage,
    response: ServerResponse,
    { search, body }: Asked,
    gateway: RequestContext,
  ): Promise<void> => {
    const given = new HeaderMap();
    for (const [name, value] of Object.entries(request.headers))
      if (value !== undefined) given.set(name, Array.isArray(value) ? value.join(', ') : value);
    const result = await apollo.executeHTTPGraphQLRequest({
      httpGraphQLRequest: { method: request.method!, headers: given, search, body },
      context: async () => ({ request: gateway }),
    });
    contentTypes.learn(request.headers.accept, result);
    const status = result.status ?? 200;
    const headers = merged([...fixed, REQUEST_ID, gateway.requestId], result.headers);
    if (result.body.kind === 'complete')
      return unread.send(response, result.body.string === '' ? gateway.answer! : textOf(result.body.string), status, headers);
    response.writeHead(status, headers);
    for await (const chunk of result.body.asyncIterator) response.write(chunk);
    response.end();
  };

  /** What is refused for want of rights is noted. */
  const noted = (requestId: string, identity: Identity, error: unknown): never => {
    if (error instanceof GatewayError) noteRefusal(engine, requestId, identity, error);
    throw error;
  };

  const operateAs = async (
    sender: Identity,
    request: IncomingMessage,
    response: ServerResponse,
    search: string,
    requestId: string,
  ): Promise<void> => {
    // The client may have gone meanwhile.
    if (request.destroyed) return;
    const body = request.method === 'POST' ? await readBody(request, maxBodyBytes) : NO_BODY;
    if (!body) return;
    if (wantsEvents(request)) {
      const isGet = request.method === 'GET';
      const operation = isGet ? operationIn(search) : (body.value as LiveOperation);
      const results = await live.run(operation, () => engine.authenticator.identify(request, search), requestId, isGet);
      return sendEvents(response, results, [...fixed, REQUEST_ID, requestId]);
    }
    const explains = request.headers[EXPLAIN_HEADER]?.toString();
    const trace = isSet(explains) ? new Trace() : undefined;
    if (trace && !explain) throw new GatewayError('EXPLAIN_OFF', { header: EXPLAIN_HEADER });
    const asked = persisted.resolve(request.method, { search, body: body.value });
    // Of a client that has gone there is no other end to wait for.
    if (response.destroyed) return;
    if (!running.begin(sender)) throw new GatewayError('TOO_MANY_REQUESTS', { maximum: running.maximum });
    const opened = callers.open(sender, { signal: endOf(response, sender), trace, isPlanOnly: explains === 'plan', requestId });
    const gateway = opened instanceof Promise ? await opened : opened;
    const type = contentTypes.get(request.headers.accept);
    const operation = type === undefined ? undefined : plainOperation(asked.body);
    return operation ? answerPlain(response, operation, type!, gateway) : answerByApollo(request, response, asked, gateway);
  };

  return async (request: IncomingMessage, response: ServerResponse, search: string, requestId: string): Promise<void> => {
    if (request.method === 'GET' && !isPreflighted(request.headers)) throw new GatewayError('PREFLIGHT_MISSING');
    let sender = NOBODY;
    try {
      const found = engine.authenticator.identify(request, search);
      sender = found instanceof Promise ? await found : found;
      await operateAs(sender, request, response, search, requestId);
    } catch (error) {
      noted(requestId, sender, error);
    }
  };
};

/** Headers as names and values in turn, some of which others take the place of. */
const merged = (headers: readonly string[], others: HeaderMap): string[] => {
  const all = new Map<string, string>();
  for (let index = 0; index < headers.length; index += 2) all.set(headers[index]!, headers[index + 1]!);
  for (const [name, value] of others) all.set(name, value);
  return [...all].flat();
};

const NO_BODY = { value: undefined };

const textOf = (text: string): Written => ({ bytes: Buffer.from(text), release: () => {} });

const isSet = (header: string | undefined): boolean => header !== undefined && header !== '' && header.toLowerCase() !== 'false';

/** Maximum number of `accept` headers that are remembered. @default 100 */
const MAX_ACCEPTS = 100;

/** Content type that Apollo negotiates for each `accept` header, so that it is negotiated once and not for each request. */
class ContentTypes {
  readonly #types = new Map<string | undefined, string>();

  get(accept: string | undefined): string | undefined {
    return this.#types.get(accept);
  }

  learn(accept: string | undefined, { status, headers, body }: HTTPGraphQLResponse): void {
    const type = headers.get('content-type');
    if (type !== undefined && body.kind === 'complete' && (status ?? 200) === 200 && this.#types.size < MAX_ACCEPTS)
      this.#types.set(accept, type);
  }
}
