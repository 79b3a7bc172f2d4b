import { HeaderMap, type ApolloServer, type HTTPGraphQLResponse } from '@apollo/server';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { RequestContext } from '../context.js';
import type { Engine } from '../engine.js';
import type { Written } from '../loaders/byte-text.js';
import { GatewayError } from '../errors.js';
import type { Log } from '../log.js';
import { writeJson } from '../plan/exact-json.js';
import { Ending } from '../stores/ending.js';
import { Trace } from '../stores/trace.js';
import { plainOperation, readBody } from './body.js';
import { EXPLAIN_HEADER } from './explain.js';
import type { GraphiQL } from './graphiql.js';
import { readiness } from './health.js';

export interface HttpOptions {
  readonly engine: Engine;
  readonly apollo: ApolloServer<ApolloContext>;
  readonly graphiql: GraphiQL;
  readonly log: Log;
  /** Longest time of one request, in milliseconds. @default 10_000 */
  readonly requestTimeoutMs?: number | undefined;
  /** Largest request body, in bytes. @default 1_048_576 (1 MiB) */
  readonly maxBodyBytes?: number;
  /** Whether a request may ask which statements answered it. */
  readonly explain: boolean;
}

/** Apollo copies a context's own properties, so ours is one of them. */
export interface ApolloContext {
  readonly request: RequestContext;
}

/** Stands for the `data` of an answer whose bytes are the request's `answer` already. */
export const WRITTEN: Record<string, unknown> = Object.freeze({});

export const jsonLine = (value: unknown): string => `${writeJson(value)}\n`;

export const ENDPOINT = '/graphql';

const GRAPHQL = { pathname: ENDPOINT, search: '' };

/** The HTTP server: GraphQL and GraphiQL on one address, and health beside it. Not listening yet. */
export const createHttpServer = ({ engine, apollo, graphiql, log, requestTimeoutMs = 10_000, maxBodyBytes = 1_048_576, explain }: HttpOptions): Server => {
  const contentTypes = new ContentTypes();
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const target = request.url ?? '/';
    const url = target === ENDPOINT ? GRAPHQL : new URL(`http://gateway${target}`);
    if (url.pathname === '/health/live') return json(response, 200, { status: 'live' });
    if (url.pathname === '/health/ready') {
      const state = await readiness(engine.stores, (kind, reason) => log.warn(`the ${kind} store is not ready: ${reason}`));
      return json(response, state.status === 'ready' ? 200 : 503, state);
    }
    if (graphiql.handle(request, response)) return;
    if (url.pathname === '/') return void response.writeHead(307, { location: ENDPOINT }).end();
    if (url.pathname !== ENDPOINT) return refuse(response, 404, `There is nothing at ${url.pathname}. GraphQL is at ${ENDPOINT}.`);
    const body = await readBody(request, maxBodyBytes);
    if (body.fault !== undefined) return refuse(response, body.status, body.fault);
    const asksWhy = isSet(request.headers[EXPLAIN_HEADER]?.toString());
    if (asksWhy && !explain) {
      const { message, extensions } = new GatewayError('EXPLAIN_OFF', { header: EXPLAIN_HEADER });
      return json(response, 403, { errors: [{ message, extensions }] });
    }
    const end = new Ending();
    const timer = setTimeout(() => end.abort(new GatewayError('REQUEST_TIMEOUT', { timeoutMs: requestTimeoutMs })), requestTimeoutMs);
    response.on('close', () => {
      clearTimeout(timer);
      if (!response.writableFinished) end.abort(new GatewayError('REQUEST_CANCELLED'));
    });
    const gateway = new RequestContext(engine, { signal: end, trace: asksWhy ? new Trace() : undefined });
    const type = contentTypes.get(request.headers.accept);
    const operation = type === undefined ? undefined : plainOperation(body.value);
    if (operation) {
      const { http, body: answered } = await apollo.executeOperation(operation, { contextValue: { request: gateway } });
      if (answered.kind !== 'single') throw new Error(`Apollo answered ${answered.kind}`);
      response.statusCode = http.status ?? 200;
      response.setHeader('content-type', type!);
      for (const [name, value] of http.headers) response.setHeader(name, value);
      const { errors, data, extensions } = answered.singleResult;
      return data === WRITTEN ? send(response, gateway.answer!) : void response.end(jsonLine({ errors, data, extensions }));
    }
    const headers = new HeaderMap();
    for (const [name, value] of Object.entries(request.headers)) if (value !== undefined) headers.set(name, Array.isArray(value) ? value.join(', ') : value);
    const result = await apollo.executeHTTPGraphQLRequest({
      httpGraphQLRequest: { method: (request.method ?? 'GET').toUpperCase(), headers, search: url.search, body: body.value },
      context: async () => ({ request: gateway }),
    });
    contentTypes.learn(request.headers.accept, result);
    response.statusCode = result.status ?? 200;
    for (const [name, value] of result.headers) response.setHeader(name, value);
    if (result.body.kind === 'complete') return result.body.string === '' ? send(response, gateway.answer!) : void response.end(result.body.string);
    for await (const chunk of result.body.asyncIterator) response.write(chunk);
    response.end();
  };
  return createServer((request, response) => {
    answer(request, response).catch((error: unknown) => {
      // Nobody is there to be answered, and nothing was wrong here.
      if (error instanceof GatewayError && error.code === 'REQUEST_CANCELLED') return void response.destroy();
      log.error('request could not be answered', error);
      if (response.headersSent) response.destroy();
      else refuse(response, 500, 'Internal error.');
    });
  });
};

/** The bytes are needed until the operating system has them. */
const send = (response: ServerResponse, { bytes, release }: Written): void => void response.end(bytes, release);

const isSet = (header: string | undefined): boolean => header !== undefined && header !== '' && header.toLowerCase() !== 'false';

/** Most `accept` headers whose answer is kept. @default 100 */
const MAX_ACCEPTS = 100;

/** Which type Apollo answers an `accept` header with: seen once, what it does over HTTP need not be done for each request. */
class ContentTypes {
  readonly #types = new Map<string | undefined, string>();

  get(accept: string | undefined): string | undefined {
    return this.#types.get(accept);
  }

  learn(accept: string | undefined, { status, headers, body }: HTTPGraphQLResponse): void {
    const type = headers.get('content-type');
    if (type !== undefined && body.kind === 'complete' && (status ?? 200) === 200 && this.#types.size < MAX_ACCEPTS) this.#types.set(accept, type);
  }
}

const json = (response: ServerResponse, status: number, value: unknown): void => {
  response.writeHead(status, { 'content-type': 'application/json; charset=utf-8', 'cache-control': 'no-store' }).end(JSON.stringify(value));
};

const refuse = (response: ServerResponse, status: number, message: string): void => json(response, status, { errors: [{ message }] });
