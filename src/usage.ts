import { readFileSync } from 'node:fs';
import { ROOT } from './root.js';

/** A flag as `parseArgs` of Node takes it; `means` is its description in `--help`. */
interface Flag {
  readonly type: 'string' | 'boolean';
  readonly short?: string;
  readonly value?: string;
  readonly means: string;
}

/** All flags. Settings without a flag are set in the environment or the settings file. */
export const FLAGS = {
  port: { type: 'string', value: 'N', means: 'port to listen on (PORT, default 4000; 0 picks a free one)' },
  host: { type: 'string', value: 'ADDRESS', means: 'address to listen on (HOST, default localhost; 0.0.0.0 means all interfaces)' },
  schema: { type: 'string', value: 'DIR', means: 'folder of your schema files (ODRAS_SCHEMA, default the ODRAS schema)' },
  data: { type: 'string', value: 'DIR', means: 'data folder of the embedded stores (ODRAS_DATA, default .odras)' },
  memory: { type: 'boolean', means: 'keep nothing on disk' },
  demo: { type: 'boolean', means: 'load the demonstration data even with your own copy of the ODRAS schema (DEMO=true)' },
  'no-demo': { type: 'boolean', means: 'load no demonstration data (DEMO=false)' },
  database: { type: 'string', value: 'URL', means: 'PostgreSQL (DATABASE_URL)' },
  neo4j: { type: 'string', value: 'URL', means: 'Neo4j (NEO4J_URL)' },
  qdrant: { type: 'string', value: 'URL', means: 'Qdrant (QDRANT_URL)' },
  redis: { type: 'string', value: 'URL', means: 'Redis (REDIS_URL)' },
  config: { type: 'string', value: 'FILE', means: 'settings file, YAML or JSON (ODRAS_CONFIG)' },
  out: { type: 'string', value: 'FILE', means: 'file to write to, in an existing folder, instead of standard output' },
  roles: { type: 'string', value: 'ROLE,ROLE', means: 'roles of the API key' },
  check: { type: 'boolean', means: 'write nothing; exit with 1 if the stores have changed since the last time' },
  undo: { type: 'boolean', means: 'remove the change feed: its tables, and its triggers on the tables of the schema' },
  head: { type: 'string', value: 'HEAD', means: 'a head that audit verify has printed before: the log must still lead through it' },
  help: { type: 'boolean', short: 'h', means: 'show this help, or that of a command' },
  version: { type: 'boolean', short: 'v', means: 'show the version' },
} as const satisfies Record<string, Flag>;

type FlagName = keyof typeof FLAGS;

const STORES = ['schema', 'data', 'memory', 'demo', 'no-demo', 'database', 'neo4j', 'qdrant', 'redis', 'config'] as const;

interface CommandText {
  readonly does: string;
  /** What stands behind the command, if it needs something. */
  readonly operand?: string;
  /** Whether the operand is that very word. */
  readonly isWord?: boolean;
  readonly flags: readonly FlagName[];
}

/** All commands. */
export const COMMANDS = {
  serve: {
    does:
      'Serves the API. This is the default command. Without settings all stores are embedded: they live in the folder\n      .odras and ' +
      'hold the demonstration data.',
    flags: ['port', 'host', ...STORES],
  },
  migrate: {
    does:
      'Creates what the schema needs in the stores: text indexes, constraints, collections, and the change feed. It creates\n      ' +
      'tables only in an embedded PostgreSQL; for a server it lists the missing tables and columns.',
    flags: ['undo', ...STORES],
  },
  seed: { does: 'Creates the ODRAS tables and writes the demonstration data to all stores. The database must be empty.', flags: STORES },
  introspect: {
    does:
      'Writes schema files for the tables, labels and collections of the stores into the folder --schema. Run again, it\n      ' +
      'merges what has changed in the stores, and leaves what you have changed in the files.',
    flags: ['check', 'schema', 'data', 'database', 'neo4j', 'qdrant', 'redis', 'config'],
  },
  load: {
    does: 'Runs a file of SQL in the embedded PostgreSQL of the data folder: tables and rows of your own, or a dump of pg_dump.',
    operand: 'FILE.sql',
    flags: ['data', 'config'],
  },
  psql: {
    does: 'Lets psql and other tools into the embedded PostgreSQL of the data folder, from this machine only, until Ctrl-C.',
    flags: ['port', 'data', 'config'],
  },
  audit: {
    does: 'Checks the audit log: exits with 1 and names the entry if one was changed, removed or moved. Prints the head of its chain.',
    operand: 'verify',
    isWord: true,
    flags: ['head', 'data', 'database', 'config'],
  },
  encrypt: {
    does:
      'Encrypts the values of all columns with @encrypted with the first of ENCRYPTION_KEYS, in blocks. A run that was broken off\n      ' +
      'goes on where it stopped.',
    operand: 'rotate',
    isWord: true,
    flags: ['schema', 'data', 'database', 'config'],
  },
  'print-schema': { does: 'Prints the GraphQL schema that clients see. Needs no store.', flags: ['out', 'schema', 'config'] },
  'make-api-key': {
    does: 'Makes an API key for a service, and prints it with the line of API_KEYS that accepts it. Nothing is stored.',
    operand: 'NAME',
    flags: ['roles'],
  },
  'generate-vectors': { does: 'Recomputes the vectors of the demonstration data. For developers.', flags: [] },
} as const satisfies Record<string, CommandText>;

export type Command = keyof typeof COMMANDS;

/** What a command needs behind its name: "FILE.sql". */
export const operandOf = (command: Command): string | undefined => (COMMANDS[command] as CommandText).operand;

/** Whether the operand of a command is one word alone. */
export const isWord = (command: Command): boolean => (COMMANDS[command] as CommandText).isWord === true;

export const isCommand = (name: string): name is Command => Object.hasOwn(COMMANDS, name);

const flagLines = (names: readonly FlagName[]): string =>
  names
    .map((name) => {
      const flag: Flag = FLAGS[name];
      return `  ${`--${name}${flag.value === undefined ? '' : ` ${flag.value}`}`.padEnd(16)} ${flag.means}\n`;
    })
    .join('');

const all = Object.entries<CommandText>(COMMANDS)
  .map(([name, { does, operand }]) => `  odras-gateway ${name}${operand === undefined ? '' : ` ${operand}`}\n      ${does}\n`)
  .join('');

/** The output of `--help`. */
export const USAGE = `odras-gateway: one GraphQL API over PostgreSQL, Neo4j and Qdrant

${all}
${flagLines(Object.keys(FLAGS) as FlagName[])}
Flags override the environment, which overrides the settings file. All settings: docs/run.md
`;

/** The output of `--help` for a command. */
export const commandUsage = (command: Command): string => {
  const { does, flags, operand }: CommandText = COMMANDS[command];
  const line = [`odras-gateway ${command}`, ...(operand === undefined ? [] : [operand]), ...(flags.length === 0 ? [] : ['[flags]'])].join(
    ' ',
  );
  return `${line}\n      ${does}\n\n${flagLines([...flags, 'help'])}`;
};

/** The version of the package. */
export const version = (): string => (JSON.parse(readFileSync(new URL('package.json', ROOT), 'utf8')) as { version: string }).version;
