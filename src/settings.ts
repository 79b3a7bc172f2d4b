import { z } from 'zod';

/** A setting: how its text is read, what it means, an example, and whether its value must never be shown. */
interface Setting {
  readonly form: z.ZodType;
  readonly means: string;
  readonly example: string;
  readonly secret?: boolean;
}

const url = (what: string, ...protocols: string[]) =>
  z
    .string()
    .refine((text) => protocols.some((protocol) => text.startsWith(`${protocol}://`)) && URL.canParse(text.replace(/,[^/]*/, '')), {
      error: `expected ${what}, starting with ${protocols.map((protocol) => `${protocol}://`).join(' or ')}`,
    })
    .optional();

/** An address that takes no user and password: they would be lost, or shown. */
const plainUrl = (what: string) =>
  url(what, 'http', 'https').refine((text) => text === undefined || !text.includes('@'), {
    error: 'expected no user or password in the address',
  });

const whole = (minimum: number, maximum: number) =>
  z.coerce
    .number({ error: 'expected a whole number' })
    .int('expected a whole number')
    .min(minimum, `expected at least ${minimum}`)
    .max(maximum, `expected at most ${maximum}`);

/** Words with commas between them; the fault names the first that does not fit. */
const list = (what: string, fits: (word: string) => boolean) =>
  z
    .string()
    .default('')
    .transform((text) =>
      text
        .split(',')
        .map((word) => word.trim())
        .filter((word) => word !== ''),
    )
    .refine((words) => words.every(fits), { error: `expected ${what}` });

const isOrigin = (word: string): boolean => word === '*' || (URL.canParse(word) && new URL(word).origin === word);

const isHostName = (word: string): boolean => URL.canParse(`http://${word}`) && new URL(`http://${word}`).host === word.toLowerCase();

const DAY_MS = 86_400_000;

/** Everything that can be set. The documentation's table is made from this one. */
export const SETTINGS = {
  PORT: { form: whole(0, 65_535).default(4000), means: 'Port to listen on; 0 takes a free one.', example: '4000' },
  HOST: { form: z.string().min(1).default('localhost'), means: 'Address to listen on; 0.0.0.0 is every one.', example: '127.0.0.1' },
  ALLOWED_HOSTS: {
    form: list('names of hosts without port, with commas between them', isHostName),
    means:
      "Names that clients may call the gateway by. With a `HOST` of this machine alone: besides `localhost`, 127.x.x.x, `::1` and the machine's own name. With any other: these only; without it, any.",
    example: 'graph.example.com',
  },
  CORS_ORIGINS: {
    form: list('origins such as https://app.example.com (no path), with commas between them, or *', isOrigin),
    means: 'Origins whose pages may ask the gateway from a browser; * is every one. Without it: pages of the gateway itself alone.',
    example: 'https://odras.example.com,http://localhost:3000',
  },
  ODRAS_SCHEMA: {
    form: z.string().min(1).optional(),
    means: "Folder of the schema files. Without it: the package's own, the schema of ODRAS.",
    example: './schema',
  },
  ODRAS_DATA: { form: z.string().min(1).default('.odras'), means: 'Folder of the embedded stores.', example: '/var/lib/odras' },
  DEMO: {
    form: z.stringbool({ error: 'expected true or false' }).optional(),
    means:
      'Whether embedded stores get the ODRAS tables and are filled with the demonstration data. Without it: with the schema of ODRAS in the package, not with another.',
    example: 'false',
  },
  DATABASE_URL: {
    form: url('a PostgreSQL address', 'postgres', 'postgresql'),
    means: 'PostgreSQL; embedded without it. TLS by sslmode=verify-full.',
    example: 'postgres://user:password@localhost:5432/odras',
    secret: true,
  },
  DATABASE_REPLICA_URL: {
    form: url('a PostgreSQL address', 'postgres', 'postgresql'),
    means: 'Read replica that serves reads outside mutations.',
    example: 'postgres://user:password@replica:5432/odras',
    secret: true,
  },
  DATABASE_POOL_SIZE: {
    form: whole(1, 1_000).default(10),
    means:
      'Most connections to PostgreSQL (and as many to the replica), statements that were given up and have not ended included. Writes take at most three quarters. Two more stand beside them, to cancel statements and for readiness.',
    example: '20',
  },
  NEO4J_URL: {
    form: url('a Neo4j address', 'bolt', 'bolt+s', 'bolt+ssc', 'neo4j', 'neo4j+s', 'neo4j+ssc'),
    means: 'Neo4j; embedded without it. neo4j:// routes in a cluster, +s is TLS.',
    example: 'neo4j://neo4j:password@localhost:7687',
    secret: true,
  },
  NEO4J_USER: { form: z.string().min(1).optional(), means: 'User, where it is not in the address.', example: 'neo4j' },
  NEO4J_PASSWORD: {
    form: z.string().min(1).optional(),
    means: 'Password, where it is not in the address.',
    example: 'secret',
    secret: true,
  },
  NEO4J_DATABASE: { form: z.string().min(1).default('neo4j'), means: 'Name of the database.', example: 'neo4j' },
  NEO4J_GDS: {
    form: z.stringbool({ error: 'expected true or false' }).default(true),
    means: 'Whether Graph Data Science makes the analyses it can, where Neo4j has it.',
    example: 'false',
  },
  QDRANT_URL: {
    form: plainUrl('a Qdrant address'),
    means: "Qdrant's REST interface; embedded without it.",
    example: 'http://localhost:6333',
    secret: true,
  },
  QDRANT_API_KEY: { form: z.string().min(1).optional(), means: 'Key of Qdrant.', example: 'secret', secret: true },
  REDIS_URL: {
    form: url('a Redis address', 'redis', 'rediss', 'redis+sentinel', 'redis+cluster'),
    means:
      'Redis; in this process without it. rediss:// is TLS; redis+sentinel://host:26379,host:26379/mymaster and redis+cluster://host:6379,host:6379 for groups.',
    example: 'redis://localhost:6379',
    secret: true,
  },
  EMBEDDINGS_URL: {
    form: plainUrl('the address of an OpenAI-compatible server'),
    means: 'Embeddings server, up to /v1; without it the English model in the package (512 dimensions).',
    example: 'http://localhost:11434/v1',
    secret: true,
  },
  EMBEDDINGS_MODEL: { form: z.string().min(1).optional(), means: 'Model of that server.', example: 'all-minilm' },
  EMBEDDINGS_SIZE: { form: whole(1, 65_536).optional(), means: 'Dimensions of that model.', example: '384' },
  EMBEDDINGS_API_KEY: { form: z.string().min(1).optional(), means: 'Key of that server.', example: 'secret', secret: true },
  STORE_TIMEOUT_MS: {
    form: whole(1, DAY_MS).default(10_000),
    means: 'Longest time of one call to a store, in milliseconds.',
    example: '10000',
  },
  REQUEST_TIMEOUT_MS: { form: whole(1, DAY_MS).default(10_000), means: 'Longest time of one request, in milliseconds.', example: '10000' },
  EXPLAIN: {
    form: z.stringbool({ error: 'expected on or off' }).optional(),
    means:
      'Whether a request may ask which statements answered it. Without it: on where `HOST` is this machine alone and PostgreSQL, Neo4j and Qdrant are embedded, otherwise off.',
    example: 'off',
  },
  DEFAULT_ROWS: { form: whole(1, 1_000_000).default(100), means: 'Rows of a list whose query sets no limit.', example: '100' },
  MAX_ROWS: { form: whole(1, 1_000_000).default(1_000), means: 'Most rows a list may be asked for.', example: '1000' },
  MAX_REQUEST_ROWS: {
    form: whole(1, 10_000_000).default(100_000),
    means: 'Most rows that one request reads for its answer, over all its lists.',
    example: '100000',
  },
  MAX_ANSWER_BYTES: { form: whole(1_024, 1_073_741_824).default(33_554_432), means: 'Most bytes of an answer.', example: '33554432' },
  MAX_UNREAD_BYTES: {
    form: whole(1_048_576, 17_179_869_184).default(268_435_456),
    means:
      'Most bytes of the buffers of all answers that clients have not taken yet; beyond it the connection that has taken nothing for longest is closed.',
    example: '268435456',
  },
  MAX_CONDITIONS: {
    form: whole(1, 100_000).default(1_000),
    means: 'Most conditions in all `where` of an operation; a variable counts each time it is used.',
    example: '1000',
  },
  MAX_LIST_ENTRIES: {
    form: whole(1, 1_000_000).default(50_000),
    means: 'Most entries of all lists in the `where` and the variables of an operation.',
    example: '50000',
  },
  MAX_SORT_WORDS: { form: whole(1, 1_000).default(32), means: 'Most words of a `sort`.', example: '32' },
  MAX_TEXT_LENGTH: {
    form: whole(1, 1_000_000).default(10_000),
    means: 'Most characters of a text for `matches`, `similarTo`, `near` or `search`.',
    example: '10000',
  },
  MAX_VARIABLES: { form: whole(1, 10_000).default(500), means: 'Most variables of an operation.', example: '500' },
  MAX_VALUE_DEPTH: {
    form: whole(10, 1_000).default(100),
    means: 'Deepest nesting of lists and objects in a value, such as JSON.',
    example: '100',
  },
  PROBE_KEYS: {
    form: whole(1, 100_000).default(2_000),
    means:
      'Keys that a store is first asked for where conditions of several stores must hold; a store that has fewer narrows what the others are asked.',
    example: '2000',
  },
  MAX_KEYS: {
    form: whole(1, 100_000).default(100_000),
    means:
      'Most keys that one store hands to another for one condition or order, at most 100000. Pages and counts that would need more are read in blocks of rows.',
    example: '20000',
  },
  MAX_TRAVERSED: {
    form: whole(1, 1_000_000).default(10_000),
    means: 'Most relationships that a traversal may look at from one node.',
    example: '10000',
  },
  MAX_ANALYSED_NODES: {
    form: whole(1, 100_000).default(20_000),
    means: 'Most nodes of a part of the graph that is analysed, at most 100000.',
    example: '20000',
  },
  MAX_ANALYSED_RELATIONSHIPS: {
    form: whole(1, 500_000).default(200_000),
    means: 'Most relationships of it, at most 500000; at both maxima an analysis takes up to 1 GB of memory.',
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
      return `| \`${name}\` | ${fallback === undefined || (Array.isArray(fallback) && fallback.length === 0) ? '' : `\`${String(fallback)}\``} | ${means} | \`${example}\` |`;
    }),
  ].join('\n');
