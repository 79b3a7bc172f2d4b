import { readFileSync } from 'node:fs';
import { ROOT } from './root.js';

/** A flag, as Node reads it; `means` is for people. */
interface Flag {
  readonly type: 'string' | 'boolean';
  readonly short?: string;
  readonly value?: string;
  readonly means: string;
}

/** Every flag of the command line. What has none is set in the environment or the settings file. */
export const FLAGS = {
  port: { type: 'string', value: 'N', means: 'port to listen on (PORT, default 4000; 0 takes a free one)' },
  host: { type: 'string', value: 'ADDRESS', means: 'address to listen on (HOST, default localhost; 0.0.0.0 is every one)' },
  schema: { type: 'string', value: 'DIR', means: 'folder of your schema files (ODRAS_SCHEMA; without it the schema of ODRAS)' },
  data: { type: 'string', value: 'DIR', means: 'folder of the embedded stores (ODRAS_DATA, default .odras)' },
  memory: { type: 'boolean', means: 'embedded stores keep nothing' },
  demo: { type: 'boolean', means: 'demonstration data also with a copy of the schema of ODRAS (DEMO=true)' },
  'no-demo': { type: 'boolean', means: 'no demonstration data (DEMO=false)' },
  database: { type: 'string', value: 'URL', means: 'PostgreSQL (DATABASE_URL)' },
  neo4j: { type: 'string', value: 'URL', means: 'Neo4j (NEO4J_URL)' },
  qdrant: { type: 'string', value: 'URL', means: 'Qdrant (QDRANT_URL)' },
  redis: { type: 'string', value: 'URL', means: 'Redis (REDIS_URL)' },
  config: { type: 'string', value: 'FILE', means: 'file of settings, YAML or JSON (ODRAS_CONFIG)' },
  out: { type: 'string', value: 'FILE', means: 'file to write to, in a folder that is there, in place of standard output' },
  help: { type: 'boolean', short: 'h', means: 'this text; with a command, what it does' },
  version: { type: 'boolean', short: 'v', means: 'the version' },
} as const satisfies Record<string, Flag>;

type FlagName = keyof typeof FLAGS;

const STORES = ['schema', 'data', 'memory', 'demo', 'no-demo', 'database', 'neo4j', 'qdrant', 'redis', 'config'] as const;

interface CommandText {
  readonly does: string;
  readonly flags: readonly FlagName[];
}

/** Every command. */
export const COMMANDS = {
  serve: {
    does: 'Serves the API, also where no command is given. Without settings all stores are embedded, in the folder\n      .odras, with demonstration data.',
    flags: ['port', 'host', ...STORES],
  },
  migrate: {
    does: 'Makes what the schema asks of the stores: text indexes, constraints and collections; tables only in an\n      embedded PostgreSQL. Of a server it tells what tables and columns are missing.',
    flags: STORES,
  },
  seed: { does: 'Makes the ODRAS tables and writes the demonstration data to all stores. For an empty database.', flags: STORES },
  'print-schema': { does: 'Writes the GraphQL schema that clients see. Opens no store.', flags: ['out', 'schema', 'config'] },
  'generate-vectors': { does: 'Computes the vectors of the demonstration data again, for developers.', flags: [] },
} as const satisfies Record<string, CommandText>;

export type Command = keyof typeof COMMANDS;

export const isCommand = (name: string): name is Command => Object.hasOwn(COMMANDS, name);

const flagLines = (names: readonly FlagName[]): string =>
  names
    .map((name) => {
      const flag: Flag = FLAGS[name];
      return `  ${`--${name}${flag.value === undefined ? '' : ` ${flag.value}`}`.padEnd(16)} ${flag.means}\n`;
    })
    .join('');

const all = Object.entries(COMMANDS)
  .map(([name, { does }]) => `  odras-gateway ${name}\n      ${does}\n`)
  .join('');

/** What `--help` writes. */
export const USAGE = `odras-gateway: one GraphQL API over PostgreSQL, Neo4j and Qdrant

${all}
${flagLines(Object.keys(FLAGS) as FlagName[])}
Flags win over the environment, the environment over the file. All settings: docs/run.md
`;

/** What `--help` writes for a command. */
export const commandUsage = (command: Command): string => {
  const { does, flags }: CommandText = COMMANDS[command];
  return `odras-gateway ${command}${flags.length === 0 ? '' : ' [flags]'}\n      ${does}\n\n${flagLines([...flags, 'help'])}`;
};

/** The version of the package. */
export const version = (): string => (JSON.parse(readFileSync(new URL('package.json', ROOT), 'utf8')) as { version: string }).version;
