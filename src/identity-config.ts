import type { z } from 'zod';
import { CLAIMS, PUBLIC_ALGORITHMS, SECRET_ALGORITHMS, type CREDENTIALS, type IDENTITY_SETTINGS } from './identity-settings.js';

export type Credential = (typeof CREDENTIALS)[number];

/** An API key of a service: never the key itself. */
export interface ApiKey {
  readonly name: string;
  /** SHA-256 of the key, in hex. */
  readonly hash: string;
  readonly roles: readonly string[];
}

export interface JwtConfig {
  /** Where the public keys are, or the shared secret. */
  readonly key: { readonly jwksUrl: string } | { readonly secret: string };
  readonly issuer: string | undefined;
  readonly audience: string | undefined;
  readonly algorithms: readonly string[];
  /** The claim of each part of an identity. */
  readonly claims: Readonly<Record<keyof typeof CLAIMS, string>>;
  readonly clockToleranceMs: number;
}

/** Who may call, and how callers show who they are. */
export interface IdentityConfig {
  readonly accepts: ReadonlySet<Credential>;
  /** How long a checked token is accepted before it is checked again, in milliseconds. */
  readonly cacheMs: number;
  /** How long the sets that rules compare with are kept, in milliseconds. */
  readonly sessionCacheMs: number;
  /** Role that makes an administrator. */
  readonly adminRole: string;
  /** SQL that finds the user of a token's hash. */
  readonly tokenQuery: string;
  readonly jwt: JwtConfig | undefined;
  readonly apiKeys: readonly ApiKey[];
  /** Demonstration user that requests without credentials act as, or `nobody`; undefined where nobody may act as one. */
  readonly demoUser: string | undefined;
}

/** The user of an ODRAS token. The user's row decides who is an administrator, not the copy that was made at login. */
const ODRAS_TOKEN_QUERY = `SELECT u.user_id AS id, u.username AS name, u.is_admin, u.tenant_id AS tenant, t.expires_at, t.created_at
FROM auth_tokens t JOIN users u ON u.user_id = t.user_id
WHERE t.token_hash = $1 AND t.is_active AND u.is_active AND t.expires_at > now()`;

type Settings = { readonly [name in keyof typeof IDENTITY_SETTINGS]: z.output<(typeof IDENTITY_SETTINGS)[name]['form']> };

interface Surroundings {
  /** Names of the settings with URLs of stores that are set. */
  readonly servers: readonly string[];
  readonly demo: boolean;
  /** Whether the schema is the one in the package. */
  readonly isShipped: boolean;
}

/** What the settings say about callers; what is wrong with them is added to `faults`. */
export const identityConfig = (set: Settings, { servers, demo, isShipped }: Surroundings, faults: string[]): IdentityConfig => {
  const jwt = jwtConfig(set, faults);
  const apiKeys = readApiKeys(set.API_KEYS ?? '', faults);
  const hasTokens = isShipped || set.TOKEN_QUERY !== undefined;
  const accepts = new Set<Credential>(
    set.AUTH ?? [
      ...(hasTokens ? (['token'] as const) : []),
      ...(jwt ? (['jwt'] as const) : []),
      ...(apiKeys.length > 0 ? (['apikey'] as const) : []),
      ...(servers.length === 0 ? (['anonymous'] as const) : []),
    ],
  );
  if (accepts.has('jwt') && !jwt) faults.push('AUTH=jwt also needs JWT_JWKS_URL or JWT_SECRET.');
  if (accepts.has('apikey') && apiKeys.length === 0) faults.push('AUTH=apikey also needs API_KEYS or API_KEYS_FILE.');
  if (set.DEMO_USER !== undefined && servers.length > 0)
    faults.push(
      `DEMO_USER lets everybody act as any user, so it cannot be used with a server: ${servers.join(', ')} is set. Remove DEMO_USER.`,
    );
  else if (set.DEMO_USER !== undefined && !demo) faults.push('DEMO_USER is a user of the demonstration data, which needs DEMO=true.');
  const demoByDefault = demo && servers.length === 0 && set.AUTH === undefined ? 'hale' : undefined;
  return {
    accepts,
    cacheMs: set.AUTH_CACHE_MS,
    sessionCacheMs: set.SESSION_CACHE_MS,
    adminRole: set.ADMIN_ROLE,
    tokenQuery: set.TOKEN_QUERY?.replace(/;\s*$/, '') ?? ODRAS_TOKEN_QUERY,
    jwt,
    apiKeys,
    demoUser: set.DEMO_USER ?? demoByDefault,
  };
};

const jwtConfig = (set: Settings, faults: string[]): JwtConfig | undefined => {
  const { JWT_JWKS_URL: jwksUrl, JWT_SECRET: secret, JWT_ISSUER: issuer, JWT_AUDIENCE: audience } = set;
  if (jwksUrl === undefined && secret === undefined) return undefined;
  if (jwksUrl !== undefined && secret !== undefined) faults.push('JWT_JWKS_URL and JWT_SECRET are both set: keep one of them.');
  // Its provider may sign tokens for other programs, too.
  if (jwksUrl !== undefined && !(issuer && audience))
    faults.push('JWT_JWKS_URL also needs JWT_ISSUER and JWT_AUDIENCE: otherwise tokens for other programs would be accepted.');
  const fitting: readonly string[] = jwksUrl === undefined ? SECRET_ALGORITHMS : PUBLIC_ALGORITHMS;
  const algorithms = set.JWT_ALGORITHMS ?? (jwksUrl === undefined ? ['HS256'] : ['RS256', 'ES256', 'EdDSA']);
  const unfit = algorithms.filter((each) => !fitting.includes(each));
  if (unfit.length > 0)
    faults.push(
      `JWT_ALGORITHMS: ${unfit.join(', ')} cannot be used with ${jwksUrl === undefined ? 'JWT_SECRET' : 'JWT_JWKS_URL'}. ` +
        `Expected some of ${fitting.join(', ')}.`,
    );
  return {
    key: jwksUrl === undefined ? { secret: secret! } : { jwksUrl },
    issuer,
    audience,
    algorithms,
    claims: { ...CLAIMS, ...Object.fromEntries(set.JWT_CLAIMS.map((each) => each.split('=') as [string, string])) },
    clockToleranceMs: set.JWT_CLOCK_TOLERANCE_MS,
  };
};

const API_KEY_LINE = /^(?<name>[\w.-]+)\s+(?<hash>[0-9a-f]{64})(?:\s+(?<roles>[^\s,]+(?:,[^\s,]+)*))?$/;

const readApiKeys = (text: string, faults: string[]): ApiKey[] =>
  text.split('\n').flatMap((line, index) => {
    if (/^\s*(#|$)/.test(line)) return [];
    const { name, hash, roles } = API_KEY_LINE.exec(line.trim())?.groups ?? {};
    if (name !== undefined && hash !== undefined) return [{ name, hash, roles: roles?.split(',') ?? [] }];
    faults.push(`API_KEYS, line ${index + 1}: expected NAME SHA256 ROLE,ROLE, as \`odras-gateway make-api-key\` prints it.`);
    return [];
  });
