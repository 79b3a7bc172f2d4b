import { isUtf8 } from 'node:buffer';
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { GatewayError, shortened } from '../errors.js';
import { readJson } from '../model/exact-json.js';

export interface PlainOperation {
  query?: string;
  operationName?: string;
  variables?: Record<string, unknown>;
  extensions?: { readonly persistedQuery: { readonly version: 1; readonly sha256Hash: string } };
}

/** A body with an operation, or the hash of one, and nothing else that Apollo would have to check. */
export const plainOperation = (body: unknown): PlainOperation | undefined => {
  if (!isRecord(body)) return undefined;
  const { query, operationName, variables, extensions } = body;
  const persistedQuery = persistedIn(extensions);
  if ((extensions ?? undefined) !== undefined && !persistedQuery) return undefined;
  if (query === undefined ? !persistedQuery : typeof query !== 'string' || query === '') return undefined;
  if (!(operationName === undefined || operationName === null || typeof operationName === 'string')) return undefined;
  if (!(variables === undefined || variables === null || isRecord(variables))) return undefined;
  const operation: PlainOperation = {};
  if (query !== undefined) operation.query = query as string;
  if (persistedQuery) operation.extensions = { persistedQuery };
  if (typeof operationName === 'string') operation.operationName = operationName;
  if (variables) operation.variables = variables;
  return operation;
};

/** Extensions that name a document by its hash, and nothing else. */
const persistedIn = (extensions: unknown): { readonly version: 1; readonly sha256Hash: string } | undefined => {
  if (!isRecord(extensions) || Object.keys(extensions).length !== 1 || !isRecord(extensions['persistedQuery'])) return undefined;
  const { version, sha256Hash } = extensions['persistedQuery'];
  return version === 1 && typeof sha256Hash === 'string' && /^[0-9a-f]{64}$/.test(sha256Hash) ? { version, sha256Hash } : undefined;
};

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value);

/** What a body is made of, besides JSON in UTF-8; nothing when it is that alone. */
const otherForm = (headers: IncomingHttpHeaders): string | undefined => {
  if (headers['content-type'] === 'application/json' && headers['content-encoding'] === undefined) return undefined;
  const [type = '', ...parameters] = (headers['content-type'] ?? '').split(';').map((part) => part.trim().toLowerCase());
  if (type !== 'application/json') return type === '' ? 'no content-type' : shortened(type);
  const charset = parameters
    .find((parameter) => parameter.startsWith('charset='))
    ?.slice('charset='.length)
    .replace(/^"(.*)"$/, '$1');
  if (charset !== undefined && !['utf-8', 'utf8', 'us-ascii'].includes(charset)) return `charset ${shortened(charset)}`;
  const encoding = headers['content-encoding']?.trim().toLowerCase() ?? 'identity';
  return encoding === 'identity' ? undefined : `content-encoding ${shortened(encoding)}`;
};

/** The bytes of a body, or why there are none: it is too large, or the client disconnected. */
const readBytes = (request: IncomingMessage, maxBodyBytes: number): Promise<Buffer | 'too many' | 'gone'> =>
  new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    request.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes <= maxBodyBytes) return void chunks.push(chunk);
      request.pause();
      resolve('too many');
    });
    request.on('end', () => resolve(chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks)));
    request.on('error', () => resolve('gone'));
  });

/**
 * The parsed body of a request; undefined if the client has disconnected.
 *
 * @throws GatewayError BODY_TOO_LARGE, BODY_UNSUPPORTED, BODY_INVALID
 */
export const readBody = async (request: IncomingMessage, maxBodyBytes: number): Promise<{ readonly value: unknown } | undefined> => {
  const bytes = await readBytes(request, maxBodyBytes);
  if (bytes === 'gone') return undefined;
  if (bytes === 'too many') throw new GatewayError('BODY_TOO_LARGE', { maximum: maxBodyBytes });
  const what = otherForm(request.headers);
  if (what !== undefined) throw new GatewayError('BODY_UNSUPPORTED', { what });
  if (!isUtf8(bytes)) throw new GatewayError('BODY_INVALID', { what: 'UTF-8' });
  try {
    return { value: readJson(bytes.toString('utf8')) };
  } catch {
    throw new GatewayError('BODY_INVALID', { what: 'valid JSON' });
  }
};
