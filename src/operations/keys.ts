import { readFileSync, statSync } from 'node:fs';
import { GatewayError, messageOf } from '../errors.js';
import { KEY_BYTES } from '../model/encryption.js';
import { columnFields, tableTypes, type Model } from '../model/types.js';

/** Bits of a file's mode that let others than its owner in. */
const OTHERS = 0o077;

/**
 * Reads the keys of encrypted columns into the model.
 *
 * @throws GatewayError CONFIG_INVALID naming the file that is missing, open to others or no key; KEYS_MISSING
 */
export const readKeys = (model: Model, files: readonly string[]): void => {
  if (files.length === 0) {
    if (tableTypes(model).some((type) => columnFields(type).some(({ encrypted }) => encrypted))) throw new GatewayError('KEYS_MISSING');
    return;
  }
  model.keyring.use(files.map(readKey));
};

const readKey = (path: string): Buffer => {
  const refused = (detail: string, cause?: unknown) =>
    new GatewayError('CONFIG_INVALID', { detail: `ENCRYPTION_KEYS: the file ${path} ${detail}` }, { cause });
  let text: string;
  try {
    const { mode } = statSync(path);
    if (process.platform !== 'win32' && (mode & OTHERS) !== 0)
      throw refused(`can be read or written by other users (mode ${(mode & 0o777).toString(8)}). Close it: chmod 600 ${path}`);
    text = readFileSync(path, 'utf8').trim();
  } catch (error) {
    if (error instanceof GatewayError) throw error;
    throw refused(`cannot be read: ${messageOf(error)}`, error);
  }
  const bytes = /^[0-9a-f]{64}$/i.test(text) ? Buffer.from(text, 'hex') : Buffer.from(text, 'base64');
  // base64 is read leniently, so what is no key may still give bytes.
  if (bytes.length !== KEY_BYTES || !/^[\w+/-]{43}=?$|^[0-9a-f]{64}$/i.test(text))
    throw refused(`holds no key: expected ${KEY_BYTES} bytes in base64 or hexadecimal. Make one with: openssl rand -base64 ${KEY_BYTES}`);
  return bytes;
};
