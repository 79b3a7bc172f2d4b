import { readFileSync, statSync } from 'node:fs';
import { createSecureContext } from 'node:tls';
import { messageOf } from './errors.js';

/** Certificate and key of the listener, as PEM. */
export interface TlsConfig {
  readonly cert: string;
  readonly key: string;
}

/** Reads the files of TLS_CERT and TLS_KEY; what is wrong with them is added to `faults`. */
export const tlsConfig = (certFile: string | undefined, keyFile: string | undefined, faults: string[]): TlsConfig | undefined => {
  if (certFile === undefined && keyFile === undefined) return undefined;
  if (certFile === undefined || keyFile === undefined) {
    faults.push(`${certFile === undefined ? 'TLS_KEY also needs TLS_CERT' : 'TLS_CERT also needs TLS_KEY'}: set both.`);
    return undefined;
  }
  const [cert, key] = [read('TLS_CERT', certFile, faults), read('TLS_KEY', keyFile, faults)];
  if (cert === undefined || key === undefined) return undefined;
  const mode = statSync(keyFile).mode & 0o777;
  if ((mode & 0o007) !== 0)
    faults.push(
      `TLS_KEY: everybody on this machine may read or change the file ${keyFile} (mode ${mode.toString(8)}). Run chmod 600 ${keyFile}.`,
    );
  try {
    createSecureContext({ cert, key });
  } catch (error) {
    faults.push(`TLS_CERT and TLS_KEY: expected a certificate and its own key, as PEM, but ${messageOf(error)}.`);
  }
  return { cert, key };
};

const read = (setting: string, path: string, faults: string[]): string | undefined => {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    faults.push(`${setting}: the file ${path} cannot be read (${messageOf(error)}).`);
    return undefined;
  }
};
