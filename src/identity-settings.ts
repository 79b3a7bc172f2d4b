import { z } from 'zod';
import { choices, list, plainUrl, whole, type Setting } from './setting-forms.js';

/** How a caller may show who it is. */
export const CREDENTIALS = ['token', 'jwt', 'apikey', 'anonymous'] as const;

/** Algorithms of public keys, and of shared secrets. */
export const PUBLIC_ALGORITHMS = [
  ...(['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512'] as const),
  ...(['ES256', 'ES384', 'ES512', 'EdDSA'] as const),
] as const;
export const SECRET_ALGORITHMS = ['HS256', 'HS384', 'HS512'] as const;

/** Parts of an identity, and the claims of a JWT that they are in by default. */
export const CLAIMS = { id: 'sub', name: 'name', roles: 'roles', tenant: 'tenant', isAdmin: 'is_admin' } as const;

const CLAIM = new RegExp(`^(${Object.keys(CLAIMS).join('|')})=[^=,]+$`);

const isJwksUrl = (text: string | undefined): boolean =>
  !URL.canParse(text ?? '') || text!.startsWith('https://') || /^(localhost|127(\.\d+){3}|\[::1\])$/.test(new URL(text!).hostname);

/** Settings that say who callers are. */
export const IDENTITY_SETTINGS = {
  AUTH: {
    form: choices(...CREDENTIALS),
    means:
      'How callers may show who they are: `token` (a bearer token of a table), `jwt`, `apikey`, `anonymous` (not at all). Default: what ' +
      'is configured, and `anonymous` if no server URL is set.',
    example: 'token,jwt',
  },
  AUTH_CACHE_MS: {
    form: whole(0, 30_000).default(30_000),
    means: 'How long a checked token is accepted before it is checked again, in milliseconds, at most 30000.',
    example: '5000',
  },
  SESSION_CACHE_MS: {
    form: whole(0, 30_000).default(5_000),
    means:
      'How long the sets of a caller that rules compare with (`@sessionVariable`) are kept, in milliseconds, at most 30000; 0 reads ' +
      'them for each request. Mutations of the gateway drop them at once.',
    example: '0',
  },
  ADMIN_ROLE: {
    form: z.string().min(1).default('admin'),
    means: 'Role of a JWT or an API key that makes its bearer an administrator.',
    example: 'gateway-admin',
  },
  TOKEN_QUERY: {
    form: z.string().min(1).optional(),
    means:
      'SQL query that finds the user of a bearer token by its SHA-256 in hex, `$1`. Its columns are described in access.md. Default: ' +
      'the tables `auth_tokens` and `users` of ODRAS.',
    example: 'SELECT u.id, u.name, s.expires_at FROM sessions s JOIN users u ON u.id = s.user_id WHERE s.hash = $1',
  },
  JWT_JWKS_URL: {
    form: plainUrl('the URL of a JSON Web Key Set').refine(isJwksUrl, { error: 'expected https://, except on this machine' }),
    means: 'Public keys that sign JWTs. Also needs `JWT_ISSUER` and `JWT_AUDIENCE`.',
    example: 'https://login.example.com/.well-known/jwks.json',
  },
  JWT_SECRET: {
    form: z
      .string()
      .refine((text) => Buffer.byteLength(text) >= 32, { error: 'expected at least 32 bytes' })
      .optional(),
    means: 'Shared secret that signs JWTs, of at least 32 bytes, instead of `JWT_JWKS_URL`.',
    example: 'a-random-text-of-at-least-32-bytes',
    secret: true,
  },
  JWT_ISSUER: { form: z.string().min(1).optional(), means: 'Value that the claim `iss` must have.', example: 'https://login.example.com/' },
  JWT_AUDIENCE: {
    form: z.string().min(1).optional(),
    means: 'Value that the claim `aud` must have, or contain.',
    example: 'odras-gateway',
  },
  JWT_ALGORITHMS: {
    form: choices(...PUBLIC_ALGORITHMS, ...SECRET_ALGORITHMS),
    means: 'Algorithms that a JWT may be signed with. Default: `RS256,ES256,EdDSA` with `JWT_JWKS_URL`, `HS256` with `JWT_SECRET`.',
    example: 'RS256',
  },
  JWT_CLAIMS: {
    form: list(`PART=CLAIM, separated by commas, where PART is one of ${Object.keys(CLAIMS).join(', ')}`, (word) => CLAIM.test(word)),
    means:
      'Claims that the parts of an identity are in; a dot leads into an object. Default: ' +
      `\`${Object.entries(CLAIMS)
        .map(([part, claim]) => `${part}=${claim}`)
        .join(',')}\`.`,
    example: 'name=preferred_username,roles=realm_access.roles',
  },
  JWT_CLOCK_TOLERANCE_MS: {
    form: whole(0, 300_000).default(5_000),
    means: "How far the clock of a JWT's issuer may be off, in milliseconds.",
    example: '30000',
  },
  API_KEYS: {
    form: z.string().min(1).optional(),
    means:
      'Hashes of API keys, one a line: `NAME SHA256 ROLE,ROLE`, as `odras-gateway make-api-key` prints it. Best in a file: ' +
      '`API_KEYS_FILE`.',
    example: 'reports 5ac51d8d2dcd89dd35ff99a6d5f4ae7e64b1bb60fbf04c4a3a4c4ad17e4c8a2b reader',
    secret: true,
  },
  DEMO_USER: {
    form: z.string().min(1).optional(),
    means:
      'User of the demonstration data that requests without credentials act as; `nobody` for none. GraphiQL then lets its visitors ' +
      'become any user. Only without server URLs. Default: `hale`, an administrator, with `DEMO` and without `AUTH`.',
    example: 'okafor',
  },
} as const satisfies Record<string, Setting>;
