import { GatewayError, shortened } from '../errors.js';
import { makeApiKey } from '../identity/api-keys.js';

const NAME = /^[\w.-]+$/;
const ROLES = /^[^\s,]+(,[^\s,]+)*$/;

/** `odras-gateway make-api-key NAME --roles ROLE,ROLE` */
export const printApiKey = (name: string, roles: string | undefined): void => {
  const bad = (what: string, came: string) =>
    new GatewayError('CONFIG_INVALID', { detail: `make-api-key expects ${what}, but got ${JSON.stringify(shortened(came))}.` });
  if (!NAME.test(name)) throw bad('a name of letters, digits, dots, hyphens and underscores', name);
  if (roles !== undefined && !ROLES.test(roles)) throw bad('--roles with roles separated by commas, without spaces', roles);
  const { key, line } = makeApiKey(name, roles?.split(',') ?? []);
  process.stdout.write(
    `The key, which is shown only once. The service sends it as Authorization: Bearer KEY:\n\n  ${key}\n\n` +
      `Add this line to the file that API_KEYS_FILE names, and restart the gateway:\n\n  ${line}\n`,
  );
};
