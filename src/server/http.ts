import { HeaderMap, type ApolloServer, type HTTPGraphQLResponse } from '@apollo/server';
import cors from 'cors';
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { isLoopback, type Config } from '../config.js';
import type { Written } from '../execute/byte-text.js';
import type { Callers } from '../execute/callers.js';
import type { RequestContext } from '../execute/context.js';
import type { Engine } from '../engine.js';
import { GatewayError, messageOf, shortened } from '../errors.js';
import type { Log } from '../log.js';
import { writeJson } from '../model/exact-json.js';
import { Ending } from '../stores/ending.js';
import { Trace } from '../stores/trace.js';
import type { Pages } from './assets.js';
import { plainOperation, readBody, type PlainOperation } from './body.js';
import type { PersistedDocuments } from './persisted.js';
import { EXPLAIN_HEADER } from './explain.js';
import { readiness } from './health.js';
import { answerBrokenRequests } from './broken-requests.js';
import { operationIn, sendEvents, wantsEvents } from './event-stream.js';
import type { LiveOperation, LiveOperations } from './live-operations.js';
import { refuse, refuseWith, sendJson } from './refusal.js';
import { createHostCheck, readTarget, type Target } from './target.js';
import { Unread } from './unread.js';
import { serveWebSockets } from './websocket.js';

/** Limits on requests and connections. */
export type HttpLimits = Partial<
  Pick<Config, 'tls' | 'allowedHosts' | 'corsOrigins' | 'identity' | 'maxUnreadBytes' | 'requestTimeoutMs'>
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
  readonly callers: Callers;
  /** Operations whose results come as they happen. */
  readonly live: LiveOperations;
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
  const { engine, graphiql, example, log, corsOrigins = [], transferTimeoutMs = 30_000 } = options;
  const answersTo = createHostCheck(options.host, options.allowedHosts ?? []);
  const unread = new Unread({ log, maxBytes: options.maxUnreadBytes, idleMs: transferTimeoutMs });
  const withCors =
    corsOrigins.length === 0
      ? undefined
      : cors({ origin: corsOrigins.includes('*') ? '*' : [...corsOrigins], methods: ['GET', 'POST'], maxAge: 86_400 });
  const { tls } = options;
  const headers = tls && !isLoopback(options.host) ? [...SECURITY_HEADERS, ONLY_TLS] : SECURITY_HEADERS;
  const secure = (response: ServerResponse): void => {
    for (const [name, value] of headers) response.setHeader(name, value);
  };
  const operate = createOperate(options, unread, headers.flat());

  const answer = async (request: IncomingMessage, response: ServerResponse, target: Target): Promise<void> => {
    const { path } = target;
    const takes = (...methods: string[]): boolean => {
      if (methods.includes(request.method!)) return true;
      response.setHeader('allow', methods.join(', '));
      refuse(response, 'METHOD_NOT_ALLOWED', { path, methods: methods.join(' and '), method: request.method });
      return false;
    };
    switch (path) {
      case ENDPOINT:
        if (graphiql?.handle(request, response, path) || !takes('GET', 'POST')) return;
        return operate(request, response, target.search);
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

  const timing = {
    requestTimeout: transferTimeoutMs,
    headersTimeout: transferTimeoutMs,
    connectionsCheckingInterval: transferTimeoutMs / 30,
    requireHostHeader: false,
  };
  /** Answers a request that was refused, or that could not be answered, in the middle. */
  const fail = (request: IncomingMessage, response: ServerResponse, error: unknown): void => {
    if (!response.headersSent) secure(response);
    if (error instanceof GatewayError && !response.headersSent) return refuseRequest(request, response, error, log);
    log.error('request could not be answered', error);
    if (response.headersSent) response.destroy();
    else sendJson(response, 500, { errors: [{ message: 'Internal error.', extensions: { code: 'INTERNAL_SERVER_ERROR' } }] });
  };
  const handle = (request: IncomingMessage, response: ServerResponse): void => {
    const target = readTarget(request);
    const isSent = request.httpVersion !== '1.1' || Boolean(request.headers.host);
    const isOperation = isSent && request.method === 'POST' && target?.path === ENDPOINT && answersTo(target.host);
    // The answer to an operation has these among its own: set one by one they cost more than the rest of it.
    if (!isOperation) secure(response);
    if (!isSent) return refuse(response, 'HTTP_INVALID', { detail: 'it has no Host header' });
    if (!target) return refuse(response, 'HTTP_INVALID', { detail: 'its target is not a valid URL' });
    if (!answersTo(target.host)) return refuse(response, 'HOST_REFUSED', { host: shortened(target.host ?? '') });
    const answered = (): void => {
      (isOperation ? operate(request, response, target.search) : answer(request, response, target)).catch((error: unknown) =>
        fail(request, response, error),
      );
    };
    if (withCors) withCors(request, response, answered);
    else answered();
  };
  const server = tls ? createTlsServer({ ...timing, ...tls }, handle) : createServer(timing, handle);
  server.on('checkExpectation', (_: IncomingMessage, response: ServerResponse) => refuse(response, 'EXPECTATION_FAILED'));
  answerBrokenRequests(server, transferTimeoutMs);
  server.on('close', () => unread.close());
  const closeSockets = serveWebSockets(server, {
    engine,
    live: options.live,
    path: ENDPOINT,
    maxMessageBytes: options.maxBodyBytes ?? 1_048_576,
    corsOrigins,
    answersTo,
  });
  server.on('closing', closeSockets);
  return server;
};

/** Whether a request has a header that pages of other origins can only send after a preflight. */
const isPreflighted = (headers: IncomingHttpHeaders): boolean => {
  const type = headers['content-type']?.split(';')[0]?.trim().toLowerCase();
  if (type && !['application/x-www-form-urlencoded', 'multipart/form-data', 'text/plain'].includes(type)) return true;
  return isSet(headers['apollo-require-preflight']?.toString()) || isSet(headers['x-apollo-operation-name']?.toString());
};

const refuseRequest = ({ headers }: IncomingMessage, response: ServerResponse, error: GatewayError, log: Log): void => {
  if (error.cause !== undefined) log.warn(`${error.code}: ${error.message} (${messageOf(error.cause)})`);
  if (error.code === 'UNAUTHENTICATED')
    response.setHeader('www-authenticate', `Bearer realm="odras-gateway"${headers.authorization ? ', error="invalid_token"' : ''}`);
  refuseWith(response, error);
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
 * @returns a function that throws GatewayError where the request is refused before GraphQL sees it
 */
const createOperate = (
  { engine, apollo, callers, explain, live, maxBodyBytes = 1_048_576, persisted, requestTimeoutMs = 10_000 }: HttpOptions,
  unread: Unread,
  fixed: readonly string[],
) => {
  const contentTypes = new ContentTypes();

  /** When the request ends: after its time, or when its client goes away. */
  const endOf = (response: ServerResponse): Ending => {
    const end = new Ending();
    const timer = setTimeout(() => end.abort(new GatewayError('REQUEST_TIMEOUT', { timeoutMs: requestTimeoutMs })), requestTimeoutMs);
    response.on('close', () => {
      clearTimeout(timer);
      if (!response.writableFinished) end.abort(new GatewayError('REQUEST_CANCELLED'));
    });
    return end;
  };

  const answerPlain = async (response: ServerResponse, operation: PlainOperation, type: string, gateway: RequestContext): Promise<void> => {
    const { http, body } = await apollo.executeOperation(operation, { contextValue: { request: gateway } });
    if (body.kind !== 'single') throw new Error(`Apollo answered ${body.kind}`);
    const { errors, data, extensions } = body.singleResult;
    const written = data === WRITTEN ? gateway.answer! : textOf(jsonLine({ errors, data, extensions }));
    const headers = [...fixed, 'content-type', type];
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
    const headers = merged(fixed, result.headers);
    if (result.body.kind === 'complete')
      return unread.send(response, result.body.string === '' ? gateway.answer! : textOf(result.body.string), status, headers);
    response.writeHead(status, headers);
    for await (const chunk of result.body.asyncIterator) response.write(chunk);
    response.end();
  };

  return async (request: IncomingMessage, response: ServerResponse, search: string): Promise<void> => {
    if (request.method === 'GET' && !isPreflighted(request.headers)) throw new GatewayError('PREFLIGHT_MISSING');
    const found = engine.authenticator.identify(request, search);
    const sender = found instanceof Promise ? await found : found;
    // The client may have gone meanwhile.
    if (request.destroyed) return;
    const body = request.method === 'POST' ? await readBody(request, maxBodyBytes) : NO_BODY;
    if (!body) return;
    if (wantsEvents(request)) {
      const isGet = request.method === 'GET';
      const operation = isGet ? operationIn(search) : (body.value as LiveOperation);
      const results = await live.run(operation, () => engine.authenticator.identify(request, search), isGet);
      return sendEvents(response, results, fixed);
    }
    const explains = request.headers[EXPLAIN_HEADER]?.toString();
    const trace = isSet(explains) ? new Trace() : undefined;
    if (trace && !explain) throw new GatewayError('EXPLAIN_OFF', { header: EXPLAIN_HEADER });
    const asked = persisted.resolve(request.method, { search, body: body.value });
    const opened = callers.open(sender, { signal: endOf(response), trace, isPlanOnly: explains === 'plan' });
    const gateway = opened instanceof Promise ? await opened : opened;
    const type = contentTypes.get(request.headers.accept);
    const operation = type === undefined ? undefined : plainOperation(asked.body);
    return operation ? answerPlain(response, operation, type!, gateway) : answerByApollo(request, response, asked, gateway);
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
