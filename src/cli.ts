import { parseArgs } from 'node:util';
import { readConfig } from './config.js';
import { GatewayError, messageOf } from './errors.js';
import { createConsoleLog } from './log.js';

const USAGE = `odras-gateway: one GraphQL API over PostgreSQL, Neo4j and Qdrant

  odras-gateway serve [--port N] [--data DIR | --memory] [--config F]
      Serves the API. Without settings all stores are embedded, in the folder .odras, with demonstration data.
  odras-gateway migrate
      Makes what the schema asks of the graph and vector servers: constraints and collections.
  odras-gateway seed
      Makes the ODRAS tables and writes the demonstration data to all stores. For an empty database.
  odras-gateway print-schema [--out FILE]
      Writes the GraphQL schema that clients see.
  odras-gateway generate-vectors
      Computes the vectors of the demonstration data again, for developers.

  --port N     port to listen on (PORT, default 4000; 0 takes a free one)
  --data DIR   folder of the embedded stores (ODRAS_DATA, default .odras)
  --memory     keep nothing
  --config F   file of settings, YAML or JSON (ODRAS_CONFIG)
  --help       this text
`;

const OPTIONS = {
  port: { type: 'string' },
  data: { type: 'string' },
  memory: { type: 'boolean' },
  config: { type: 'string' },
  out: { type: 'string' },
  help: { type: 'boolean' },
} as const;

const log = createConsoleLog();

const main = async (): Promise<void> => {
  const { values, positionals } = parse();
  const [command = 'serve', ...more] = positionals;
  if (values.help) return void process.stdout.write(USAGE);
  if (more.length > 0) throw usage(`Expected one command, but got ${positionals.join(' ')}.`);
  switch (command) {
    case 'serve': {
      const { serve } = await import('./operations/serve.js');
      const gateway = await serve(readConfig(values), log);
      return stopOnSignal(gateway.close);
    }
    case 'migrate':
    case 'seed': {
      const { migrateStores, seedStores } = await import('./operations/prepare.js');
      return command === 'seed' ? seedStores(readConfig(values), log) : migrateStores(readConfig(values), log);
    }
    case 'print-schema': {
      const { printClientSchema } = await import('./operations/print-schema.js');
      return printClientSchema(readConfig(values), values.out);
    }
    case 'generate-vectors': {
      const { generateVectors } = await import('./operations/demo/generate-vectors.js');
      return generateVectors();
    }
    default:
      throw usage(`Expected serve, migrate, seed, print-schema or generate-vectors, but got ${command}.`);
  }
};

const parse = () => {
  try {
    return parseArgs({ options: OPTIONS, allowPositionals: true });
  } catch (error) {
    throw usage(messageOf(error));
  }
};

const usage = (detail: string) => new GatewayError('CONFIG_INVALID', { detail: `${detail}\n\n${USAGE}` });

/** The first signal stops in order, a second one at once. */
const stopOnSignal = (close: () => Promise<void>): void => {
  let stopping = false;
  const stop = (): void => {
    if (stopping) process.exit(1);
    stopping = true;
    log.info('stopping');
    close().then(
      () => process.exit(0),
      (error: unknown) => fail(error),
    );
  };
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
};

/** An error meant for the operator is its message; anything else is a fault of ours and shows where it was. */
const fail = (error: unknown): never => {
  if (error instanceof GatewayError) log.error(error.message);
  else log.error('unexpected', error);
  process.exit(1);
};

// A reader that goes away (| head) is no error.
process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 1));

// Requests go on: of one promise that nobody looked after, the operator is told.
process.on('unhandledRejection', (reason) => log.error('unexpected: a promise was rejected and nobody looked after it', reason));

main().catch(fail);
