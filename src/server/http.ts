import { HeaderMap, type ApolloServer, type HTTPGraphQLResponse } from '@apollo/server';
import cors from 'cors';
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { isLoopback, type Config } from '../config.js';
import { Callers } from '../execute/callers.js';
import type { RequestContext } from '../execute/context.js';
import type { Engine } from '../engine.js';
import { GatewayError, messageOf, shortened } from '../errors.js';
import type { Log } from '../log.js';
import { writeJson } from '../model/exact-json.js';
import type { Identity } from '../predicate/caller.js';
import { Ending } from '../stores/ending.js';
import { Trace } from '../stores/trace.js';
import type { Pages } from './assets.js';
import { plainOperation, readBody } from './body.js';
import type { PersistedDocuments } from './persisted.js';
import { EXPLAIN_HEADER } from './explain.js';
import { readiness } from './health.js';
import { answerBrokenRequests } from './broken-requests.js';
import { refuse, refuseWith, sendJson } from './refusal.js';
import { Running } from './running.js';
import { createHostCheck, readTarget, type Target } from './target.js';
import { Unread } from './unread.js';

/** Limits on requests and connections. */
export type HttpLimits = Partial<
  Pick<Config, 'tls' | 'allowedHosts' | 'corsOrigins' | 'identity' | 'maxUnreadBytes' | 'maxConcurrentRequests' | 'requestTimeoutMs'>
> & {
  /** Largest request body, in bytes. @default 1_048_576 (1 MiB) */
  readonly maxBodyBytes?: number;
  /** Longest time for a request to arrive, and for a connection to take nothing of its answer, in milliseconds. @default 30_000 */
  readonly transferTimeoutMs?: number;
};

export interface HttpOptions extends HttpLimits {
  readonly engine: Engine;
  readonly apollo: ApolloServer<ApolloContext>;
  readonly persisted: PersistedDocuments;
  /** The page GraphiQL, where it is served. */
  readonly graphiql?: Pages | undefined;
  /** The example page, where it is served. */
  readonly example?: Pages | undefined;
  readonly log: Log;
  /** Address to listen on. */
  readonly host: string;
  /** Whether clients may ask which statements answered a request. */
  readonly explain: boolean;
}

/** Apollo copies a context's own properties, so ours is one of them. */
export interface ApolloContext {
  readonly request: RequestContext;
}

/** Placeholder for the `data` of a response whose bytes are already in the request's `answer`. */
export const WRITTEN: Record<string, unknown> = Object.freeze({});

export const jsonLine = (value: unknown): string => `${writeJson(value)}\n`;

export const ENDPOINT = '/graphql';

/** What browsers are told with every answer. Pages have policies of their own. */
const SECURITY_HEADERS = [
  ['cache-control', 'no-store'],
  ['x-content-type-options', 'nosniff'],
  ['referrer-policy', 'no-referrer'],
  ['cross-origin-resource-policy', 'same-origin'],
  ['content-security-policy', "default-src 'none'; frame-ancestors 'none'"],
] as const;

/** Browsers then use HTTPS only for the host, whatever the port: not for localhost, where others listen, too. */
const ONLY_TLS = ['strict-transport-security', 'max-age=31536000'] as const;

/** The HTTP server: GraphQL and GraphiQL on one address, and health beside it. Not listening yet. */
export const createHttpServer = (options: HttpOptions): Server => {
  const { engine, graphiql, example, log, explain, corsOrigins = [], maxBodyBytes = 1_048_576, transferTimeoutMs = 30_000 } = options;
  const answersTo = createHostCheck(options.host, options.allowedHosts ?? []);
  const unread = new Unread({ log, maxBytes: options.maxUnreadBytes, idleMs: transferTimeoutMs });
  const withCors =
    corsOrigins.length === 0
      ? undefined
      : cors({ origin: corsOrigins.includes('*') ? '*' : [...corsOrigins], methods: ['GET', 'POST'], maxAge: 86_400 });
  const graphql = createGraphql(options, unread);

  const answer = async (request: IncomingMessage, response: ServerResponse, target: Target): Promise<void> => {
    const { path } = target;
    const takes = (...methods: string[]): boolean => {
      if (methods.includes(request.method!)) return true;
      response.setHeader('allow', methods.join(', '));
      refuse(response, 'METHOD_NOT_ALLOWED', { path, methods: methods.join(' and '), method: request.method });
      return false;
    };
    switch (path) {
      case ENDPOINT: {
        if (graphiql?.handle(request, response, path) || !takes('GET', 'POST')) return;
        if (request.method === 'GET' && !isPreflighted(request.headers)) return refuse(response, 'PREFLIGHT_MISSING');
        const identity = await unlessRefused(() => engine.authenticator.identify(request, target.search));
        if (identity instanceof GatewayError) return refuseCaller(request, response, identity, log);
        // The client may have gone meanwhile.
        if (request.destroyed) return;
        const body = await readBody(request, maxBodyBytes);
        if (!body) return;
        if (body.fault) return refuse(response, ...body.fault);
        const asksWhy = isSet(request.headers[EXPLAIN_HEADER]?.toString());
        if (asksWhy && !explain) return refuse(response, 'EXPLAIN_OFF', { header: EXPLAIN_HEADER });
        const isPlanOnly = request.headers[EXPLAIN_HEADER] === 'plan';
        const { fault, ...asked } = options.persisted.resolve(request.method, { search: target.search, body: body.value });
        if (fault) return refuse(response, ...fault);
        return graphql(request, response, { ...asked, identity, asksWhy, isPlanOnly });
      }
      case '/health/live':
        return takes('GET', 'HEAD') ? sendJson(response, 200, { status: 'live' }) : undefined;
      case '/health':
      case '/health/ready': {
        if (!takes('GET', 'HEAD')) return;
        const state = await readiness(engine.stores, (kind, reason) => log.warn(`the ${kind} store is not ready: ${reason}`));
        return sendJson(response, state.status === 'ready' ? 200 : 503, state);
      }
      case '/':
        return void response.writeHead(307, { location: ENDPOINT }).end();
      case '/favicon.ico':
        return void response.writeHead(204, { 'cache-control': 'max-age=86400' }).end();
      default:
        if (!graphiql?.handle(request, response, path) && !example?.handle(request, response, path))
          refuse(response, 'NOT_FOUND', { path: shortened(path), endpoint: ENDPOINT });
    }
  };

  const { tls } = options;
  const headers = tls && !isLoopback(options.host) ? [...SECURITY_HEADERS, ONLY_TLS] : SECURITY_HEADERS;
  const timing = {
    requestTimeout: transferTimeoutMs,
    headersTimeout: transferTimeoutMs,
    connectionsCheckingInterval: transferTimeoutMs / 30,
    requireHostHeader: false,
  };
  const handle = (request: IncomingMessage, response: ServerResponse): void => {
    for (const [name, value] of headers) response.setHeader(name, value);
    const fail = (error: unknown): void => {
      log.error('request could not be answered', error);
      if (response.headersSent) response.destroy();
      else sendJson(response, 500, { errors: [{ message: 'Internal error.', extensions: { code: 'INTERNAL_SERVER_ERROR' } }] });
    };
    const target = readTarget(request);
    if (request.httpVersion === '1.1' && !request.headers.host)
      return refuse(response, 'HTTP_INVALID', { detail: 'it has no Host header' });
    if (!target) return refuse(response, 'HTTP_INVALID', { detail: 'its target is not a valid URL' });
    if (!answersTo(target.host)) return refuse(response, 'HOST_REFUSED', { host: shortened(target.host ?? '') });
    const next = (): void => void answer(request, response, target).catch(fail);
    if (withCors) withCors(request, response, next);
    else next();
  };
  const server = tls ? createTlsServer({ ...timing, ...tls }, handle) : createServer(timing, handle);
  server.on('checkExpectation', (_: IncomingMessage, response: ServerResponse) => refuse(response, 'EXPECTATION_FAILED'));
  answerBrokenRequests(server, transferTimeoutMs);
  server.on('close', () => unread.close());
  return server;
};

/** Whether a request has a header that pages of other origins can only send after a preflight. */
const isPreflighted = (headers: IncomingHttpHeaders): boolean => {
  const type = headers['content-type']?.split(';')[0]?.trim().toLowerCase();
  if (type && !['application/x-www-form-urlencoded', 'multipart/form-data', 'text/plain'].includes(type)) return true;
  return isSet(headers['apollo-require-preflight']?.toString()) || isSet(headers['x-apollo-operation-name']?.toString());
};

/** What is found out about the sender of a request, or why it is refused. */
const unlessRefused = async <T>(find: () => T | Promise<T>): Promise<T | GatewayError> => {
  try {
    return await find();
  } catch (error) {
    if (error instanceof GatewayError) return error;
    throw error;
  }
};

const refuseCaller = ({ headers }: IncomingMessage, response: ServerResponse, error: GatewayError, log: Log): void => {
  if (error.cause !== undefined) log.warn(`${error.code}: ${error.message} (${messageOf(error.cause)})`);
  if (error.code === 'UNAUTHENTICATED')
    response.setHeader('www-authenticate', `Bearer realm="odras-gateway"${headers.authorization ? ', error="invalid_token"' : ''}`);
  refuseWith(response, error);
};

interface GraphqlRequest {
  readonly identity: Identity;
  readonly search: string;
  readonly body: unknown;
  readonly asksWhy: boolean;
  /** Whether it asks for its plan only. */
  readonly isPlanOnly: boolean;
}

/** How long the sets of callers are kept, in milliseconds. @default 5_000 */
const SESSION_CACHE_MS = 5_000;

/** Handles GraphQL requests whose bodies have been read. */
const createGraphql = ({ engine, apollo, identity, maxConcurrentRequests, requestTimeoutMs = 10_000 }: HttpOptions, unread: Unread) => {
  const running = new Running(maxConcurrentRequests);
  const contentTypes = new ContentTypes();
  const callers = new Callers(engine, identity?.sessionCacheMs ?? SESSION_CACHE_MS);
  const sendText = (response: ServerResponse, text: string): void => unread.send(response, { bytes: Buffer.from(text), release: () => {} });

  return async (
    request: IncomingMessage,
    response: ServerResponse,
    { identity: sender, search, body, asksWhy, isPlanOnly }: GraphqlRequest,
  ): Promise<void> => {
    // Of a client that has gone there is no other end to wait for.
    if (response.destroyed) return;
    if (!running.begin(sender)) return refuse(response, 'TOO_MANY_REQUESTS', { maximum: running.maximum });
    const end = new Ending();
    const timer = setTimeout(() => end.abort(new GatewayError('REQUEST_TIMEOUT', { timeoutMs: requestTimeoutMs })), requestTimeoutMs);
    response.on('close', () => {
      clearTimeout(timer);
      running.end(sender);
      if (!response.writableFinished) end.abort(new GatewayError('REQUEST_CANCELLED'));
    });
    const trace = asksWhy ? new Trace() : undefined;
    const gateway = await unlessRefused(() => callers.open(sender, { signal: end, trace, isPlanOnly }));
    if (gateway instanceof GatewayError) return refuseWith(response, gateway);
    const type = contentTypes.get(request.headers.accept);
    const operation = type === undefined ? undefined : plainOperation(body);
    if (operation) {
      const { http, body: answered } = await apollo.executeOperation(operation, { contextValue: { request: gateway } });
      if (answered.kind !== 'single') throw new Error(`Apollo answered ${answered.kind}`);
      response.statusCode = http.status ?? 200;
      response.setHeader('content-type', type!);
      for (const [name, value] of http.headers) response.setHeader(name, value);
      const { errors, data, extensions } = answered.singleResult;
      return data === WRITTEN ? unread.send(response, gateway.answer!) : sendText(response, jsonLine({ errors, data, extensions }));
    }
    const headers = new HeaderMap();
    for (const [name, value] of Object.entries(request.headers))
      if (value !== undefined) headers.set(name, Array.isArray(value) ? value.join(', ') : value);
    const result = await apollo.executeHTTPGraphQLRequest({
      httpGraphQLRequest: { method: request.method!, headers, search, body },
      context: async () => ({ request: gateway }),
    });
    contentTypes.learn(request.headers.accept, result);
    response.statusCode = result.status ?? 200;
    for (const [name, value] of result.headers) response.setHeader(name, value);
    if (result.body.kind === 'complete')
      return result.body.string === '' ? unread.send(response, gateway.answer!) : sendText(response, result.body.string);
    for await (const chunk of result.body.asyncIterator) response.write(chunk);
    response.end();
  };
};

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
