import { CloseCode } from 'graphql-ws';
import { useServer, type Extra } from 'graphql-ws/use/ws';
import { GraphQLError, parse, type ExecutionArgs, type FormattedExecutionResult } from 'graphql';
import { randomUUID } from 'node:crypto';
import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocketServer, type WebSocket } from 'ws';
import type { Engine } from '../engine.js';
import { GatewayError, messageOf } from '../errors.js';
import { DEMO_HEADER } from '../identity/demo-users.js';
import type { Identity } from '../predicate/caller.js';
import type { LiveOperation, LiveOperations } from './live-operations.js';
import { readTarget } from './target.js';

/** How often connections are asked whether they are still there, in milliseconds. @default 30_000 */
const SWEEP_MS = 30_000;

/** Operations that one connection may have open. @default 100 */
const MAX_OPERATIONS = 100;

/** Finds out anew who has opened a connection. */
type Identify = () => Identity | Promise<Identity>;

export interface WebSocketOptions {
  readonly engine: Engine;
  readonly live: LiveOperations;
  readonly path: string;
  readonly maxMessageBytes: number;
  readonly corsOrigins: readonly string[];
  readonly answersTo: (host: string | undefined) => boolean;
}

/** Whether a page of this origin may connect: browsers send it, and let pages connect to any server. */
const isOwnOrigin = ({ headers }: IncomingMessage, allowed: readonly string[]): boolean => {
  const { origin, host } = headers;
  if (origin === undefined || allowed.includes('*') || allowed.includes(origin)) return true;
  try {
    return new URL(origin).host === host;
  } catch {
    return false;
  }
};

/** Headers that `connectionParams` may carry by their names: browsers cannot set those of a WebSocket. */
const PARAMETERS: readonly string[] = ['authorization', DEMO_HEADER];

const identifyBy = (engine: Engine, { headers, rawHeaders }: IncomingMessage, parameters: unknown): Identify => {
  const given = Object.entries((parameters ?? {}) as Record<string, unknown>).map(([name, value]): [string, unknown] => [
    name.toLowerCase(),
    value,
  ]);
  const known = given.filter((each): each is [string, string] => PARAMETERS.includes(each[0]) && typeof each[1] === 'string');
  const request = { rawHeaders, headers: { ...headers, ...Object.fromEntries(known) } };
  return () => engine.authenticator.identify(request);
};

/** Results of any operation may be many: the library asks for them as those of a subscription. */
const ANY = parse('subscription { any }');

/** Reasons of a close have at most 123 bytes. */
const closeReason = (error: unknown): string =>
  Buffer.from(error instanceof GatewayError ? messageOf(error) : 'Forbidden')
    .subarray(0, 120)
    .toString('latin1');

type Identified = Extra & { identify?: Identify } & Record<PropertyKey, unknown>;

/** Serves GraphQL over WebSocket, in the protocol graphql-transport-ws. Returns a function that closes all connections. */
export const serveWebSockets = (
  server: Server,
  { engine, live, path, maxMessageBytes, corsOrigins, answersTo }: WebSocketOptions,
): (() => void) => {
  const sockets = new WebSocketServer({ noServer: true, maxPayload: maxMessageBytes, perMessageDeflate: false });
  const graphql = useServer<Record<string, unknown>, Identified>(
    {
      connectionInitWaitTimeout: 10_000,
      onConnect: async (context) => {
        const identify = identifyBy(engine, context.extra.request, context.connectionParams);
        try {
          await identify();
        } catch (error) {
          context.extra.socket.close(CloseCode.Forbidden, closeReason(error));
          return false;
        }
        context.extra.identify = identify;
        return true;
      },
      // The operation is validated where it runs, as are those of HTTP.
      onSubscribe: (context, _, payload) => {
        if (Object.keys(context.subscriptions).length > MAX_OPERATIONS)
          return [new GraphQLError(`A connection may have ${MAX_OPERATIONS} operations open. Complete some, or open another.`)];
        return { document: ANY, contextValue: { payload, identify: context.extra.identify! } } as unknown as ExecutionArgs;
      },
      subscribe: ({ contextValue }) => {
        const { payload, identify } = contextValue as { payload: LiveOperation; identify: Identify };
        return live.run(payload, identify, randomUUID());
      },
      onNext: (_context, _id, _payload, _args, result) => result as FormattedExecutionResult,
    },
    sockets,
    0,
  );

  const refuse = (socket: Duplex, status: string): void =>
    void socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    socket.on('error', () => socket.destroy());
    const target = readTarget(request);
    if (target?.path !== path) return refuse(socket, '404 Not Found');
    if (!answersTo(target.host) || !isOwnOrigin(request, corsOrigins)) return refuse(socket, '403 Forbidden');
    sockets.handleUpgrade(request, socket, head, (webSocket) => sockets.emit('connection', webSocket, request));
  });

  const answered = new WeakSet<WebSocket>();
  sockets.on('connection', (socket) => {
    answered.add(socket);
    socket.on('pong', () => answered.add(socket));
    // In the place of the library's listener, which would write to the console what a client does wrong.
    socket.removeAllListeners('error').on('error', () => socket.terminate());
  });
  const sweep = setInterval(() => {
    for (const socket of sockets.clients) {
      if (!answered.delete(socket)) socket.terminate();
      else socket.ping();
    }
  }, SWEEP_MS).unref();

  return () => {
    clearInterval(sweep);
    void graphql.dispose();
    for (const socket of sockets.clients) socket.close(1001, 'the server is closing');
    sockets.close();
  };
};
