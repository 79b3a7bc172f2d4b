import { isIP } from 'node:net';
import { z } from 'zod';
import { IDENTITY_SETTINGS } from './identity-settings.js';
import { DAY_MS, list, plainUrl, postgresUrl, url, whole, type Setting } from './setting-forms.js';

const isOrigin = (word: string): boolean => word === '*' || (URL.canParse(word) && new URL(word).origin === word);

const isHostName = (word: string): boolean =>
  word === '*' || (URL.canParse(`http://${word}`) && new URL(`http://${word}`).host === word.toLowerCase());

const isNetwork = (word: string): boolean => {
  const [address, prefix, ...more] = word.split('/');
  const bits = isIP(address!) === 6 ? 128 : 32;
  return isIP(address!) !== 0 && more.length === 0 && (prefix === undefined || (/^\d{1,3}$/.test(prefix) && Number(prefix) <= bits));
};

/** All settings. The table in docs/run.md is generated from this one. */
export const SETTINGS = {
  PORT: { form: whole(0, 65_535).default(4000), means: 'Port to listen on; 0 picks a free one.', example: '4000' },
  HOST: {
    form: z.string().min(1).default('localhost'),
    means: 'Address to listen on; 0.0.0.0 means all interfaces.',
    example: '127.0.0.1',
  },
  TLS_CERT: {
    form: z.string().min(1).optional(),
    means: 'File of the certificate of the gateway, with those of its issuers, as PEM. The gateway then listens by HTTPS only.',
    example: '/etc/odras/cert.pem',
  },
  TLS_KEY: {
    form: z.string().min(1).optional(),
    means: 'File of the private key of that certificate, as PEM. Others may not be able to read it.',
    example: '/etc/odras/key.pem',
  },
  ALLOWED_HOSTS: {
    form: list('host names without ports, separated by commas', isHostName),
    means:
      'Host names that requests may use. On a loopback `HOST` they are accepted in addition to `localhost`, 127.x.x.x, `::1` and the ' +
      "machine's own name. On any other `HOST` only these are accepted; if empty, IP addresses and the machine's own name. * accepts all.",
    example: 'graph.example.com',
  },
  TRUSTED_PROXIES: {
    form: list('IP addresses or networks such as 10.0.0.0/8, separated by commas', isNetwork),
    means: 'Proxies in front of the gateway: the `x-request-id` of their requests is kept. Of others it is replaced.',
    example: '10.0.0.0/8,fd00::/8',
  },
  CORS_ORIGINS: {
    form: list('origins such as https://app.example.com (without a path), separated by commas, or *', isOrigin),
    means: "Origins whose pages may call the gateway from a browser; * means all. If empty, only the gateway's own pages may.",
    example: 'https://odras.example.com,http://localhost:3000',
  },
  ...IDENTITY_SETTINGS,
  ODRAS_SCHEMA: {
    form: z.string().min(1).optional(),
    means: 'Folder of the schema files. Default: the ODRAS schema in the package.',
    example: './schema',
  },
  ODRAS_DATA: { form: z.string().min(1).default('.odras'), means: 'Data folder of the embedded stores.', example: '/var/lib/odras' },
  DEMO: {
    form: z.stringbool({ error: 'expected true or false' }).optional(),
    means:
      'Whether embedded stores get the ODRAS tables and the demonstration data. Default: true with the ODRAS schema in the package, ' +
      'false with any other.',
    example: 'false',
  },
  PSQL_PORT: {
    form: whole(0, 65_535).default(5_433),
    means: 'Port of `odras-gateway psql`, on the loopback address; 0 picks a free one.',
    example: '5433',
  },
  DATABASE_URL: {
    form: postgresUrl(),
    means: 'PostgreSQL; embedded if not set. For TLS add sslmode=verify-full.',
    example: 'postgres://user:password@localhost:5432/odras',
    secret: true,
  },
  DATABASE_REPLICA_URL: {
    form: postgresUrl(),
    means: 'Read replica for all reads outside mutations.',
    example: 'postgres://user:password@replica:5432/odras',
    secret: true,
  },
  DATABASE_POOL_SIZE: {
    form: whole(1, 1_000).default(10),
    means:
      'Maximum number of connections to PostgreSQL (and as many to the replica), including those whose cancelled statement has not ' +
      'ended yet. Writes use at most three quarters of them. Two more connections are reserved for cancelling statements and for ' +
      'health checks.',
    example: '20',
  },
  NEO4J_URL: {
    form: url('a Neo4j URL', 'bolt', 'bolt+s', 'bolt+ssc', 'neo4j', 'neo4j+s', 'neo4j+ssc'),
    means: 'Neo4j; embedded if not set. neo4j:// routes within a cluster, +s adds TLS.',
    example: 'neo4j://neo4j:password@localhost:7687',
    secret: true,
  },
  NEO4J_USER: { form: z.string().min(1).optional(), means: 'User, if it is not in the URL.', example: 'neo4j' },
  NEO4J_PASSWORD: {
    form: z.string().min(1).optional(),
    means: 'Password, if it is not in the URL.',
    example: 'secret',
    secret: true,
  },
  NEO4J_DATABASE: { form: z.string().min(1).default('neo4j'), means: 'Database name.', example: 'neo4j' },
  NEO4J_GDS: {
    form: z.stringbool({ error: 'expected true or false' }).default(true),
    means: 'Whether analyses use the Graph Data Science plug-in if Neo4j has it.',
    example: 'false',
  },
  QDRANT_URL: {
    form: plainUrl('a Qdrant URL'),
    means: "Qdrant's REST API; embedded if not set.",
    example: 'http://localhost:6333',
    secret: true,
  },
  QDRANT_API_KEY: { form: z.string().min(1).optional(), means: 'API key of Qdrant.', example: 'secret', secret: true },
  REDIS_URL: {
    form: url('a Redis URL', 'redis', 'rediss', 'redis+sentinel', 'redis+cluster'),
    means:
      'Redis; in memory, inside the process, if not set. rediss:// adds TLS; redis+sentinel://host:26379,host:26379/mymaster uses ' +
      'Sentinel, redis+cluster://host:6379,host:6379 a cluster.',
    example: 'redis://localhost:6379',
    secret: true,
  },
  EMBEDDINGS_URL: {
    form: plainUrl('the URL of an OpenAI-compatible server'),
    means: 'Embeddings server, up to and including /v1. Default: the English model in the package (512 dimensions).',
    example: 'http://localhost:11434/v1',
    secret: true,
  },
  EMBEDDINGS_MODEL: { form: z.string().min(1).optional(), means: 'Name of the model on that server.', example: 'all-minilm' },
  EMBEDDINGS_SIZE: { form: whole(1, 65_536).optional(), means: 'Number of dimensions of that model.', example: '384' },
  EMBEDDINGS_API_KEY: { form: z.string().min(1).optional(), means: 'API key of that server.', example: 'secret', secret: true },
  STORE_TIMEOUT_MS: {
    form: whole(1, DAY_MS).default(10_000),
    means: 'Timeout of one call to a store, in milliseconds.',
    example: '10000',
  },
  REQUEST_TIMEOUT_MS: { form: whole(1, DAY_MS).default(10_000), means: 'Timeout of one request, in milliseconds.', example: '10000' },
  AUDIT: {
    form: z.stringbool({ error: 'expected on or off' }).default(true),
    means:
      'Whether mutations and refused accesses are written to the audit log, in the PostgreSQL schema `odras_gateway`. In a server ' +
      '`odras-gateway migrate` makes its table.',
    example: 'off',
  },
  FEED: {
    form: z.stringbool({ error: 'expected on or off' }).default(true),
    means:
      'Whether the gateway reads the change feed, which subscriptions need. Its tables are in the PostgreSQL schema `odras_gateway`, ' +
      'and triggers on the tables of the schema fill it. In a server `odras-gateway migrate` makes them.',
    example: 'off',
  },
  FEED_RETENTION_HOURS: {
    form: whole(1, 8_760).default(24),
    means: 'How long changes are kept at least, in hours: clients may resume subscriptions from then on.',
    example: '24',
  },
  MAX_SUBSCRIPTIONS: {
    form: whole(1, 1_000_000).default(20_000),
    means: 'Maximum number of subscriptions that are open in a gateway.',
    example: '5000',
  },
  ENCRYPTION_KEYS: {
    form: list('paths of files, separated by commas', () => true),
    means:
      'Files with the keys of columns with `@encrypted`, 32 bytes in base64 or hexadecimal each, readable only by the user of the ' +
      'gateway. The first one encrypts, all of them decrypt.',
    example: '/run/secrets/odras-2027.key,/run/secrets/odras-2026.key',
  },
  OPERATIONS_MANIFEST: {
    form: z.string().min(1).optional(),
    means: "Persisted query manifest in Apollo's format: documents that clients may ask for by `documentId`.",
    example: './operations-manifest.json',
  },
  OPERATIONS_SAFELIST: {
    form: z.stringbool({ error: 'expected on or off' }).default(false),
    means: 'Whether only documents of `OPERATIONS_MANIFEST` are executed.',
    example: 'on',
  },
  EXPLAIN: {
    form: z.stringbool({ error: 'expected on or off' }).optional(),
    means:
      'Whether clients may ask which statements answered a request. Default: on if `HOST` is loopback and PostgreSQL, Neo4j and ' +
      'Qdrant are all embedded, otherwise off.',
    example: 'off',
  },
  INTROSPECTION: {
    form: z.stringbool({ error: 'expected on or off' }).optional(),
    means:
      'Whether clients may read the schema. If off, errors suggest no names either. Default: on if no URL of a store is set, ' +
      'otherwise off.',
    example: 'off',
  },
  GRAPHIQL: {
    form: z.stringbool({ error: 'expected on or off' }).optional(),
    means: 'Whether the page GraphiQL is served. Default: on if no URL of a store is set, otherwise off.',
    example: 'off',
  },
  DEFAULT_ROWS: { form: whole(1, 1_000_000).default(100), means: 'Rows that a list returns if the query sets no limit.', example: '100' },
  MAX_ROWS: { form: whole(1, 1_000_000).default(1_000), means: 'Largest limit that a query may set for a list.', example: '1000' },
  MAX_REQUEST_ROWS: {
    form: whole(1, 10_000_000).default(100_000),
    means: 'Maximum number of rows that one request reads, over all its lists.',
    example: '100000',
  },
  MAX_ANSWER_BYTES: {
    form: whole(1_024, 1_073_741_824).default(33_554_432),
    means: 'Maximum size of a response, in bytes.',
    example: '33554432',
  },
  MAX_UNREAD_BYTES: {
    form: whole(1_048_576, 17_179_869_184).default(268_435_456),
    means:
      'Maximum size of all responses that clients have not read yet, in bytes. Beyond it, the connections that have been idle longest ' +
      'are closed.',
    example: '268435456',
  },
  MAX_CONCURRENT_REQUESTS: {
    form: whole(1, 1_000_000).default(200),
    means:
      'Maximum number of GraphQL requests of one user or service that run at the same time in one gateway. All callers without ' +
      'credentials count as one.',
    example: '200',
  },
  MAX_CONDITIONS: {
    form: whole(1, 100_000).default(1_000),
    means: 'Maximum number of conditions in all `where` arguments of an operation; a variable counts each time it is used.',
    example: '1000',
  },
  MAX_LIST_ENTRIES: {
    form: whole(1, 1_000_000).default(50_000),
    means: 'Maximum number of list entries in the `where` arguments and variables of an operation.',
    example: '50000',
  },
  MAX_SORT_WORDS: { form: whole(1, 1_000).default(32), means: 'Maximum number of sort keys in a `sort`.', example: '32' },
  MAX_TEXT_LENGTH: {
    form: whole(1, 1_000_000).default(10_000),
    means: 'Maximum length of the text of a `matches`, `similarTo`, `near` or `search`, in characters.',
    example: '10000',
  },
  MAX_VARIABLES: { form: whole(1, 10_000).default(500), means: 'Maximum number of variables of an operation.', example: '500' },
  MAX_VALUE_DEPTH: {
    form: whole(10, 1_000).default(100),
    means: 'Maximum nesting of lists and objects in a value, such as JSON.',
    example: '100',
  },
  PROBE_KEYS: {
    form: whole(1, 100_000).default(2_000),
    means:
      'Number of keys that a store is asked for first if conditions of several stores must hold. If it has fewer, the other stores ' +
      'are asked about those keys only.',
    example: '2000',
  },
  MAX_KEYS: {
    form: whole(1, 100_000).default(100_000),
    means:
      'Maximum number of keys that one store passes to another for one condition or order, at most 100000. Pages and counts that need ' +
      'more are read in blocks of rows.',
    example: '20000',
  },
  MAX_TRAVERSED: {
    form: whole(1, 1_000_000).default(10_000),
    means: 'Maximum number of relationships that a traversal visits from one node.',
    example: '10000',
  },
  MAX_ANALYSED_NODES: {
    form: whole(1, 100_000).default(20_000),
    means: 'Maximum number of nodes in a graph analysis, at most 100000.',
    example: '20000',
  },
  MAX_ANALYSED_RELATIONSHIPS: {
    form: whole(1, 500_000).default(200_000),
    means:
      'Maximum number of relationships in a graph analysis, at most 500000. With both settings at their maximum, an analysis takes up ' +
      'to 1 GB of memory.',
    example: '200000',
  },
} as const satisfies Record<string, Setting>;

export type SettingName = keyof typeof SETTINGS;

/** The settings as a Markdown table: name, default, meaning, example. */
export const settingsTable = (): string =>
  [
    '| setting | default | meaning | example |',
    '|---|---|---|---|',
    ...Object.entries(SETTINGS).map(([name, { form, means, example }]) => {
      const fallback = form.safeParse(undefined).data;
      const isEmpty = fallback === undefined || (Array.isArray(fallback) && fallback.length === 0);
      return `| \`${name}\` | ${isEmpty ? '' : `\`${String(fallback)}\``} | ${means} | \`${example}\` |`;
    }),
  ].join('\n');
