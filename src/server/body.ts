import { isUtf8 } from 'node:buffer';
import type { IncomingMessage } from 'node:http';
import { GatewayError } from '../errors.js';
import { readJson } from '../plan/exact-json.js';

/** A body that holds an operation and nothing that Apollo has to look at or to refuse. */
export const plainOperation = (body: unknown): { query: string; operationName?: string; variables?: Record<string, unknown> } | undefined => {
  if (!isRecord(body)) return undefined;
  const { query, operationName, variables, extensions } = body;
  if (typeof query !== 'string' || query === '' || (extensions ?? undefined) !== undefined) return undefined;
  if (!(operationName === undefined || operationName === null || typeof operationName === 'string')) return undefined;
  if (!(variables === undefined || variables === null || isRecord(variables))) return undefined;
  return { query, ...(typeof operationName === 'string' ? { operationName } : {}), ...(variables ? { variables } : {}) };
};

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value);

type Body = { readonly value: unknown; readonly fault?: undefined } | { readonly status: number; readonly fault: string };

/** The bytes of a body; nothing when there are too many. */
const readBytes = (request: IncomingMessage, maxBodyBytes: number): Promise<Buffer | undefined> =>
  new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    request.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes <= maxBodyBytes) return void chunks.push(chunk);
      request.pause();
      resolve(undefined);
    });
    request.on('end', () => resolve(chunks.length === 1 ? chunks[0] : Buffer.concat(chunks)));
    // Nothing but the connection fails here: the client has gone away, or its network has.
    request.on('error', (error) => reject(new GatewayError('REQUEST_CANCELLED', {}, { cause: error })));
  });

/** The JSON of a POST; nothing of other methods; or why it is refused. */
export const readBody = async (request: IncomingMessage, maxBodyBytes: number): Promise<Body> => {
  if (request.method !== 'POST') return { value: undefined };
  const bytes = await readBytes(request, maxBodyBytes);
  if (!bytes) return { status: 413, fault: `A request body may have at most ${maxBodyBytes} bytes.` };
  const type = request.headers['content-type']?.split(';')[0]?.trim().toLowerCase();
  if (type !== 'application/json') return { status: 415, fault: `A GraphQL request must have content-type application/json, but got ${type ?? 'none'}.` };
  if (!isUtf8(bytes)) return { status: 400, fault: 'The request body is not UTF-8.' };
  try {
    return { value: readJson(bytes.toString('utf8')) };
  } catch {
    return { status: 400, fault: 'The request body is not valid JSON.' };
  }
};
