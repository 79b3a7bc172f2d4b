import type { IncomingMessage, ServerResponse } from 'node:http';
import { promisify } from 'node:util';
import { gzip as gzipCallback } from 'node:zlib';

/** A file that is held in memory. */
export interface Asset {
  readonly type: string;
  readonly body: Buffer;
  readonly etag: string;
  gzip?: Promise<Buffer>;
}

export interface SendOptions {
  /** How long browsers may keep it. */
  readonly cacheControl: string;
  readonly headers?: Readonly<Record<string, string>>;
}

const gzip = promisify(gzipCallback);

/** Sends a file as the request takes it: not again, if the browser has it; compressed, if it may be. */
export const sendAsset = async (
  req: IncomingMessage,
  res: ServerResponse,
  asset: Asset,
  { cacheControl, headers = {} }: SendOptions,
): Promise<void> => {
  // Workers take over the policy that their script comes with.
  res.removeHeader('content-security-policy');
  res.setHeader('cache-control', cacheControl);
  for (const [name, value] of Object.entries(headers)) res.setHeader(name, value);
  res.setHeader('etag', asset.etag).setHeader('vary', 'accept-encoding').setHeader('x-content-type-options', 'nosniff');
  if (req.headers['if-none-match'] === asset.etag) return void res.writeHead(304).end();
  let { body } = asset;
  if (/\bgzip\b(?!\s*;\s*q=0(\.0*)?\s*(,|$))/i.test(String(req.headers['accept-encoding'] ?? ''))) {
    body = await (asset.gzip ??= gzip(body)); // once for all visitors
    res.setHeader('content-encoding', 'gzip');
  }
  res.writeHead(200, { 'content-type': asset.type, 'content-length': body.length }).end(body);
};

/** What answers requests for pages and their files, by the path they ask for; returns false, leaving the rest untouched. */
export interface Pages {
  handle(req: IncomingMessage, res: ServerResponse, path: string): boolean;
}
