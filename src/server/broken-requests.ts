import { maxHeaderSize, STATUS_CODES, type Server, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { refusal } from './refusal.js';

/** Requests that Node cannot parse, or that arrive too slowly, get an error in the usual format. */
export const answerBrokenRequests = (server: Server, transferTimeoutMs: number): void => {
  const answers = new WeakMap<Socket, ServerResponse>();
  server.on('request', ({ socket }, response) => answers.set(socket, response));
  server.on('clientError', ({ code = '', message }: NodeJS.ErrnoException, socket: Socket) => {
    // In the middle of another response, the client would read it as part of that one.
    const isAnswering = answers.get(socket)?.headersSent && !answers.get(socket)?.writableFinished;
    if (!socket.writable || isAnswering || code === 'ECONNRESET') return void socket.destroy();
    const { status, body } = refusalOf(code, message, transferTimeoutMs);
    const text = JSON.stringify(body);
    const head = [
      `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
      'connection: close',
      'content-type: application/json; charset=utf-8',
      `content-length: ${Buffer.byteLength(text)}`,
    ];
    socket.end(`${head.join('\r\n')}\r\n\r\n${text}`, () => socket.destroy());
  });
};

const refusalOf = (code: string, message: string, transferTimeoutMs: number) => {
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') return refusal('BODY_SLOW', { seconds: transferTimeoutMs / 1000 });
  if (code === 'HPE_HEADER_OVERFLOW') return refusal('HEADERS_TOO_LARGE', { maximum: maxHeaderSize });
  return refusal('HTTP_INVALID', { detail: message.replace(/^Parse Error: /, '').toLowerCase() });
};
