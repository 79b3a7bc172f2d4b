import type { IncomingMessage, ServerResponse } from 'node:http';
import { writeJson } from '../model/exact-json.js';
import type { Results } from './live-operations.js';
import { parsed } from './persisted.js';

/** How often a comment keeps a quiet stream open, in milliseconds: proxies close connections on which nothing happens. @default 12_000 */
const COMMENT_MS = 12_000;

/** Whether a request asks for its results as Server-Sent Events. */
export const wantsEvents = ({ headers }: Pick<IncomingMessage, 'headers'>): boolean => /\btext\/event-stream\b/i.test(headers.accept ?? '');

/** The operation of a GET request, as it stands in its query string. */
export const operationIn = (search: string): Record<string, unknown> => {
  const parameters = new URLSearchParams(search);
  return {
    query: parameters.get('query') ?? undefined,
    operationName: parameters.get('operationName') ?? undefined,
    variables: parsed(parameters.get('variables')),
  };
};

/**
 * Sends results as Server-Sent Events, in the distinct connections mode of the protocol GraphQL over SSE. The next result is asked for
 * when the socket has taken the one before, so that what a client does not read waits where it is bounded; graphql-sse would collect it.
 *
 * @param headers names and values in turn
 */
export const sendEvents = async (response: ServerResponse, results: Results, headers: readonly string[]): Promise<void> => {
  const left = (): void => void results.return(undefined);
  response.on('close', left);
  response.writeHead(200, [...headers, 'content-type', 'text/event-stream; charset=utf-8', 'x-accel-buffering', 'no']);
  const send = (text: string): Promise<boolean> => new Promise((resolve) => response.write(text, (error) => resolve(!error)));
  const timer = setInterval(() => response.writableLength === 0 && response.write(':\n\n'), COMMENT_MS).unref();
  try {
    response.write(':\n\n');
    for await (const result of results) if (!(await send(`event: next\ndata: ${writeJson(result)}\n\n`))) break;
    if (response.writable) response.end('event: complete\ndata:\n\n');
  } finally {
    clearInterval(timer);
    response.off('close', left);
  }
};
