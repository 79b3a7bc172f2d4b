import { request, type IncomingHttpHeaders } from 'node:http';
import type { TestGateway } from './gateway.js';

export interface Sent {
  readonly method?: string;
  readonly path?: string;
  readonly headers?: Record<string, string>;
  readonly body?: string | Buffer;
}

interface Got {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  /** Names and values in turn, as they came. */
  readonly rawHeaders: readonly string[];
  readonly text: string;
  readonly code: unknown;
}

/** fetch sets Host and Origin by itself, and knows no absolute targets. */
export const ask = (to: TestGateway, { method = 'GET', path = '/graphql', headers = {}, body }: Sent = {}): Promise<Got> =>
  new Promise((resolve, reject) => {
    const { hostname, port } = new URL(to.url);
    const sent = request({ hostname, port, method, path, headers, agent: false }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () => {
        const text = Buffer.concat(chunks).toString();
        const isJson = text !== '' && response.headers['content-type']?.includes('json');
        resolve({
          status: response.statusCode!,
          headers: response.headers,
          rawHeaders: response.rawHeaders,
          text,
          code: isJson && JSON.parse(text).errors?.[0].extensions.code,
        });
      });
    });
    sent.on('error', reject);
    sent.end(body);
  });

export const JSON_TYPE = { 'content-type': 'application/json' };
export const post = (to: TestGateway, body: unknown, headers: Record<string, string> = {}, path = '/graphql') =>
  ask(to, { method: 'POST', path, headers: { ...JSON_TYPE, ...headers }, body: JSON.stringify(body) });
export const QUERY = { query: '{ __typename }' };
