import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { identityConfig, type IdentityConfig } from './identity-config.js';
import { ROOT } from './root.js';
import { tlsConfig, type TlsConfig } from './tls-config.js';
import { environmentSettings, fileSettings, invalid } from './setting-sources.js';
import { SETTINGS, type SettingName } from './settings.js';

/** The whole configuration, checked and frozen. */
export interface Config {
  readonly port: number;
  /** Port of `odras-gateway psql`. */
  readonly psqlPort: number;
  readonly host: string;
  /** Certificate and key of the listener; HTTP without them. */
  readonly tls: TlsConfig | undefined;
  /** Host names that requests may use; see ALLOWED_HOSTS. */
  readonly allowedHosts: readonly string[];
  /** Addresses and networks of proxies whose request ids are kept. */
  readonly trustedProxies: readonly string[];
  /** Origins that CORS allows. */
  readonly corsOrigins: readonly string[];
  /** Who may call, and how callers show who they are. */
  readonly identity: IdentityConfig;
  /** Folder of the embedded stores; undefined keeps everything in memory. */
  readonly dataFolder: string | undefined;
  /** Folder of the schema files; undefined means the one in the package. */
  readonly schemaFolder: string | undefined;
  /** Whether embedded stores are filled with the demonstration data. */
  readonly demo: boolean;
  /** Whether mutations and refused accesses are written to the audit log. */
  readonly audit: boolean;
  /** Whether the change feed is read; `migrate` makes it then. */
  readonly feed: boolean;
  /** How long changes are kept at least, in hours. @default 24 */
  readonly feedRetentionHours: number;
  /** Maximum number of open subscriptions. @default 20_000 */
  readonly maxSubscriptions: number;
  /** Files with the keys of encrypted columns; the first one encrypts. */
  readonly encryptionKeys: readonly string[];
  /** Persisted query manifest: documents that clients may ask for by id. */
  readonly operationsManifest: string | undefined;
  /** Whether only documents of the manifest are executed. */
  readonly operationsSafelist: boolean;
  /** Whether clients may ask which statements answered a request. */
  readonly explain: boolean;
  /** Whether clients may read the schema; if not, errors suggest no names either. */
  readonly introspection: boolean;
  /** Whether the page GraphiQL is served. */
  readonly graphiql: boolean;
  /** Rows that a list returns if the query sets no limit. @default 100 */
  readonly defaultRows: number;
  /** Largest limit that a query may set. @default 1_000 */
  readonly maxRows: number;
  /** Number of keys that a store is asked for first if conditions of several stores must hold. @default 2_000 */
  readonly probeKeys: number;
  /** Maximum number of keys that one store passes to another for one condition or order. @default 100_000 */
  readonly maxKeys: number;
  /** Maximum number of relationships that a traversal visits from one node. @default 10_000 */
  readonly maxTraversed: number;
  /** Maximum number of nodes in a graph analysis. @default 20_000 */
  readonly maxAnalysedNodes: number;
  /** Maximum number of relationships in a graph analysis. @default 200_000 */
  readonly maxAnalysedRelationships: number;
  /** Maximum number of rows that one request reads. @default 100_000 */
  readonly maxRequestRows: number;
  /** Maximum size of a response, in bytes. @default 33_554_432 (32 MiB) */
  readonly maxAnswerBytes: number;
  /** Maximum size of all responses that clients have not read yet, in bytes. @default 268_435_456 (256 MiB) */
  readonly maxUnreadBytes: number;
  /** Maximum number of requests of one identity that run at the same time. @default 200 */
  readonly maxConcurrentRequests: number;
  /** Maximum number of conditions in an operation; a variable counts each time it is used. @default 1_000 */
  readonly maxConditions: number;
  /** Maximum number of list entries in an operation's conditions and variables. @default 50_000 */
  readonly maxListEntries: number;
  /** Maximum number of sort keys in a `sort`. @default 32 */
  readonly maxSortWords: number;
  /** Maximum length of a text to search for, in characters. @default 10_000 */
  readonly maxTextLength: number;
  /** Maximum number of variables of an operation. @default 500 */
  readonly maxVariables: number;
  /** Maximum nesting of lists and objects in a value. @default 100 */
  readonly maxValueDepth: number;
  /** Timeout of one call to a store, in milliseconds. */
  readonly storeTimeoutMs: number;
  /** Timeout of one request, in milliseconds. */
  readonly requestTimeoutMs: number;
  /** A store whose settings are undefined is embedded. */
  readonly relational: { readonly url: string; readonly replicaUrl: string | undefined; readonly poolSize: number } | undefined;
  readonly graph:
    | {
        readonly url: string;
        readonly user: string | undefined;
        readonly password: string | undefined;
        readonly database: string;
        readonly science: boolean;
      }
    | undefined;
  readonly vector: { readonly url: string; readonly apiKey: string | undefined } | undefined;
  readonly keyvalue: { readonly url: string } | undefined;
  /** An embeddings server; undefined is the model in the package. */
  readonly embeddings:
    { readonly url: string; readonly model: string; readonly size: number; readonly apiKey: string | undefined } | undefined;
}

/** Settings that the command line may override. */
export interface ConfigFlags {
  readonly port?: string | undefined;
  readonly data?: string | undefined;
  readonly memory?: boolean | undefined;
  /** Settings file, YAML or JSON. */
  readonly config?: string | undefined;
  readonly host?: string | undefined;
  readonly schema?: string | undefined;
  readonly demo?: boolean | undefined;
  readonly psqlPort?: string | undefined;
  readonly database?: string | undefined;
  readonly neo4j?: string | undefined;
  readonly qdrant?: string | undefined;
  readonly redis?: string | undefined;
}

/** The setting that each flag sets. */
const FLAG_SETTINGS = {
  port: 'PORT',
  host: 'HOST',
  schema: 'ODRAS_SCHEMA',
  data: 'ODRAS_DATA',
  demo: 'DEMO',
  psqlPort: 'PSQL_PORT',
  database: 'DATABASE_URL',
  neo4j: 'NEO4J_URL',
  qdrant: 'QDRANT_URL',
  redis: 'REDIS_URL',
} as const satisfies Partial<Record<keyof ConfigFlags, SettingName>>;

/**
 * Reads the configuration: flags override the environment, which overrides the settings file. A variable such as
 * DATABASE_URL_FILE names a file that holds the value of DATABASE_URL, which is how containers pass secrets.
 *
 * @throws GatewayError CONFIG_INVALID listing every invalid setting, with what was expected and an example
 */
export const readConfig = (flags: ConfigFlags = {}, environment: NodeJS.ProcessEnv = process.env): Config => {
  if (flags.memory && flags.data !== undefined)
    throw invalid(['--memory and --data cannot be used together: one keeps nothing on disk, the other says where to keep it.']);
  const faults: string[] = [];
  const given = { ...fileSettings(flags.config ?? environment['ODRAS_CONFIG'], faults), ...environmentSettings(environment, faults) };
  for (const [flag, setting] of Object.entries(FLAG_SETTINGS)) {
    const value = flags[flag as keyof typeof FLAG_SETTINGS];
    if (value !== undefined) given[setting] = String(value);
  }
  const parsed = z.object(Object.fromEntries(Object.entries(SETTINGS).map(([name, { form }]) => [name, form]))).safeParse(given);
  if (!parsed.success) {
    for (const { path, message } of parsed.error.issues) {
      const name = String(path[0]) as SettingName;
      const came = 'secret' in SETTINGS[name] ? 'another value' : JSON.stringify(given[name]);
      faults.push(`${name}: ${message}, but got ${came}. ${SETTINGS[name].means} Example: ${name}=${SETTINGS[name].example}`);
    }
  }
  if (faults.length > 0) throw invalid(faults);
  const set = parsed.data as { [name in SettingName]: z.output<(typeof SETTINGS)[name]['form']> };
  if (set.DEFAULT_ROWS > set.MAX_ROWS)
    throw invalid([`DEFAULT_ROWS must be at most MAX_ROWS (${set.MAX_ROWS}), but got ${set.DEFAULT_ROWS}.`]);
  if (set.EMBEDDINGS_URL && !(set.EMBEDDINGS_MODEL && set.EMBEDDINGS_SIZE))
    throw invalid([
      'EMBEDDINGS_URL also needs EMBEDDINGS_MODEL and EMBEDDINGS_SIZE. Example: EMBEDDINGS_MODEL=all-minilm EMBEDDINGS_SIZE=384',
    ]);
  if (set.DATABASE_REPLICA_URL && !set.DATABASE_URL)
    throw invalid(['DATABASE_REPLICA_URL also needs DATABASE_URL: writes go to the primary.']);
  const servers = STORE_URLS.filter((name) => set[name] !== undefined);
  const demo = set.DEMO ?? isShipped(set.ODRAS_SCHEMA);
  const identity = identityConfig(set, { servers, demo, isShipped: isShipped(set.ODRAS_SCHEMA) }, faults);
  const tls = tlsConfig(set.TLS_CERT, set.TLS_KEY, faults);
  if (set.OPERATIONS_SAFELIST && !set.OPERATIONS_MANIFEST)
    faults.push('OPERATIONS_SAFELIST=on also needs OPERATIONS_MANIFEST: only its documents are executed.');
  if (faults.length > 0) throw invalid(faults);
  return Object.freeze({
    port: set.PORT,
    psqlPort: set.PSQL_PORT,
    host: set.HOST,
    tls,
    allowedHosts: set.ALLOWED_HOSTS,
    trustedProxies: set.TRUSTED_PROXIES,
    corsOrigins: set.CORS_ORIGINS,
    identity,
    dataFolder: flags.memory ? undefined : resolve(set.ODRAS_DATA),
    schemaFolder: set.ODRAS_SCHEMA && resolve(set.ODRAS_SCHEMA),
    demo,
    audit: set.AUDIT,
    feed: set.FEED,
    feedRetentionHours: set.FEED_RETENTION_HOURS,
    maxSubscriptions: set.MAX_SUBSCRIPTIONS,
    operationsManifest: set.OPERATIONS_MANIFEST && resolve(set.OPERATIONS_MANIFEST),
    operationsSafelist: set.OPERATIONS_SAFELIST,
    encryptionKeys: set.ENCRYPTION_KEYS,
    // If other machines can reach the gateway, or the data are real, the operator must opt in: a local proxy may forward requests from
    // anyone.
    explain: set.EXPLAIN ?? (isLoopback(set.HOST) && !(set.DATABASE_URL || set.NEO4J_URL || set.QDRANT_URL)),
    // A server's data are real, and so are those who look for ways in.
    introspection: set.INTROSPECTION ?? servers.length === 0,
    graphiql: set.GRAPHIQL ?? servers.length === 0,
    defaultRows: set.DEFAULT_ROWS,
    maxRows: set.MAX_ROWS,
    probeKeys: set.PROBE_KEYS,
    maxKeys: set.MAX_KEYS,
    maxTraversed: set.MAX_TRAVERSED,
    maxAnalysedNodes: set.MAX_ANALYSED_NODES,
    maxAnalysedRelationships: set.MAX_ANALYSED_RELATIONSHIPS,
    maxRequestRows: set.MAX_REQUEST_ROWS,
    maxAnswerBytes: set.MAX_ANSWER_BYTES,
    maxUnreadBytes: set.MAX_UNREAD_BYTES,
    maxConcurrentRequests: set.MAX_CONCURRENT_REQUESTS,
    maxConditions: set.MAX_CONDITIONS,
    maxListEntries: set.MAX_LIST_ENTRIES,
    maxSortWords: set.MAX_SORT_WORDS,
    maxTextLength: set.MAX_TEXT_LENGTH,
    maxVariables: set.MAX_VARIABLES,
    maxValueDepth: set.MAX_VALUE_DEPTH,
    storeTimeoutMs: set.STORE_TIMEOUT_MS,
    requestTimeoutMs: set.REQUEST_TIMEOUT_MS,
    relational: set.DATABASE_URL
      ? { url: set.DATABASE_URL, replicaUrl: set.DATABASE_REPLICA_URL, poolSize: set.DATABASE_POOL_SIZE }
      : undefined,
    graph: set.NEO4J_URL
      ? { url: set.NEO4J_URL, user: set.NEO4J_USER, password: set.NEO4J_PASSWORD, database: set.NEO4J_DATABASE, science: set.NEO4J_GDS }
      : undefined,
    vector: set.QDRANT_URL ? { url: set.QDRANT_URL, apiKey: set.QDRANT_API_KEY } : undefined,
    keyvalue: set.REDIS_URL ? { url: set.REDIS_URL } : undefined,
    embeddings: set.EMBEDDINGS_URL
      ? { url: set.EMBEDDINGS_URL, model: set.EMBEDDINGS_MODEL!, size: set.EMBEDDINGS_SIZE!, apiKey: set.EMBEDDINGS_API_KEY }
      : undefined,
  });
};

/** Settings that make a store a server. */
const STORE_URLS = ['DATABASE_URL', 'NEO4J_URL', 'QDRANT_URL', 'REDIS_URL'] as const satisfies SettingName[];

/** The schema of ODRAS that comes with the package. */
export const PACKAGE_SCHEMA = fileURLToPath(new URL('schema/', ROOT));

const isShipped = (folder: string | undefined): boolean => folder === undefined || resolve(folder) === resolve(PACKAGE_SCHEMA);

/** Whether a host name or address is loopback. */
export const isLoopback = (host: string): boolean => /^(localhost|127(\.\d+){3}|\[?::1\]?)$/i.test(host);
