import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { GatewayError, messageOf } from '../errors.js';

/** A persisted query manifest, in the format of Apollo. */
const MANIFEST = z.object({
  format: z.literal('apollo-persisted-query-manifest'),
  version: z.literal(1),
  operations: z.array(
    z.object({ id: z.string().min(1), name: z.string(), type: z.enum(['query', 'mutation', 'subscription']), body: z.string().min(1) }),
  ),
});

/** Texts of documents by their ids. */
export type Manifest = ReadonlyMap<string, string>;

/** @throws GatewayError CONFIG_INVALID saying what of the file is no manifest */
export const readManifest = (path: string): Manifest => {
  const refused = (detail: string, cause?: unknown) =>
    new GatewayError('CONFIG_INVALID', { detail: `OPERATIONS_MANIFEST: the file ${path} ${detail}` }, { cause });
  let content: unknown;
  try {
    content = JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    throw refused(`cannot be read as JSON: ${messageOf(error)}`, error);
  }
  const { data, error } = MANIFEST.safeParse(content);
  if (!data) {
    const { path: at, message } = error.issues[0]!;
    throw refused(`is no persisted query manifest: ${at.join('.') || 'the file'}: ${message}`);
  }
  return new Map(data.operations.map(({ id, body }) => [id, body]));
};
