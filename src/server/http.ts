import cors from 'cors';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { isLoopback, type Config } from '../config.js';
import { GatewayError, messageOf, shortened } from '../errors.js';
import type { Log } from '../log.js';
import type { Pages } from './assets.js';
import { answerBrokenRequests } from './broken-requests.js';
import { readiness } from './health.js';
import { createOperate, type OperateOptions } from './operate.js';
import { refuse, refuseWith, sendJson } from './refusal.js';
import { createRequestIds, REQUEST_ID } from './request-id.js';
import { createHostCheck, readTarget, type Target } from './target.js';
import { Unread } from './unread.js';
import { serveWebSockets } from './websocket.js';

/** Limits on requests and connections. */
export type HttpLimits = Partial<
  Pick<
    Config,
    | 'tls'
    | 'allowedHosts'
    | 'corsOrigins'
    | 'identity'
    | 'maxUnreadBytes'
    | 'maxConcurrentRequests'
    | 'maxSubscriptions'
    | 'requestTimeoutMs'
    | 'trustedProxies'
  >
> & {
  /** Largest request body, in bytes. @default 1_048_576 (1 MiB) */
  readonly maxBodyBytes?: number;
  /** Longest time for a request to arrive, and for a connection to take nothing of its answer, in milliseconds. @default 30_000 */
  readonly transferTimeoutMs?: number;
};

export interface HttpOptions extends HttpLimits, OperateOptions {
  /** The page GraphiQL, where it is served. */
  readonly graphiql?: Pages | undefined;
  /** The example page, where it is served. */
  readonly example?: Pages | undefined;
  readonly log: Log;
  /** Address to listen on. */
  readonly host: string;
}

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
      : cors({
          origin: corsOrigins.includes('*') ? '*' : [...corsOrigins],
          methods: ['GET', 'POST'],
          maxAge: 86_400,
          exposedHeaders: [REQUEST_ID],
        });
  const nameOf = createRequestIds(options.trustedProxies ?? []);
  const { tls } = options;
  const headers = tls && !isLoopback(options.host) ? [...SECURITY_HEADERS, ONLY_TLS] : SECURITY_HEADERS;
  const secure = (response: ServerResponse, requestId: string): void => {
    for (const [name, value] of headers) response.setHeader(name, value);
    response.setHeader(REQUEST_ID, requestId);
  };
  const operate = createOperate(options, unread, headers.flat());

  const answer = async (request: IncomingMessage, response: ServerResponse, target: Target, requestId: string): Promise<void> => {
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
        return operate(request, response, target.search, requestId);
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
  const fail = (request: IncomingMessage, response: ServerResponse, requestId: string, error: unknown): void => {
    if (!response.headersSent) secure(response, requestId);
    if (error instanceof GatewayError && !response.headersSent) return refuseRequest(request, response, error, log);
    log.error(`request could not be answered, id ${requestId}`, error);
    if (response.headersSent) response.destroy();
    else sendJson(response, 500, { errors: [{ message: 'Internal error.', extensions: { code: 'INTERNAL_SERVER_ERROR' } }] });
  };
  const handle = (request: IncomingMessage, response: ServerResponse): void => {
    const requestId = nameOf(request);
    const target = readTarget(request);
    const isSent = request.httpVersion !== '1.1' || Boolean(request.headers.host);
    const isOperation = isSent && request.method === 'POST' && target?.path === ENDPOINT && answersTo(target.host);
    // The answer to an operation has these among its own: set one by one they cost more than the rest of it.
    if (!isOperation) secure(response, requestId);
    if (!isSent) return refuse(response, 'HTTP_INVALID', { detail: 'it has no Host header' });
    if (!target) return refuse(response, 'HTTP_INVALID', { detail: 'its target is not a valid URL' });
    if (!answersTo(target.host)) return refuse(response, 'HOST_REFUSED', { host: shortened(target.host ?? '') });
    const answered = (): void => {
      const work = isOperation ? operate(request, response, target.search, requestId) : answer(request, response, target, requestId);
      work.catch((error: unknown) => fail(request, response, requestId, error));
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

const refuseRequest = ({ headers }: IncomingMessage, response: ServerResponse, error: GatewayError, log: Log): void => {
  if (error.cause !== undefined) log.warn(`${error.code}: ${error.message} (${messageOf(error.cause)})`);
  if (error.code === 'UNAUTHENTICATED')
    response.setHeader('www-authenticate', `Bearer realm="odras-gateway"${headers.authorization ? ', error="invalid_token"' : ''}`);
  refuseWith(response, error);
};
