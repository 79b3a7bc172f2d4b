import { parseArgs } from 'node:util';
import { readConfig } from './config.js';
import { GatewayError, messageOf } from './errors.js';
import { createConsoleLog } from './log.js';
import { COMMANDS, commandUsage, FLAGS, isCommand, isWord, operandOf, USAGE, version, type Command } from './usage.js';

const log = createConsoleLog();

const main = async (): Promise<void> => {
  const { values, positionals } = parse();
  const [first, second, ...more] = positionals;
  if (values.version || first === 'version') return void process.stdout.write(`${version()}\n`);
  const isHelp = first === 'help';
  const named = isHelp ? second : first;
  const operand = named !== undefined && isCommand(named) && !isHelp ? operandOf(named) : undefined;
  if ((isHelp ? more : positionals.slice(operand === undefined ? 1 : 2)).length > 0)
    throw usage(`Expected one command, but got ${positionals.join(' ')}.`, first);
  if (named !== undefined && !isCommand(named)) throw usage(`Expected ${LIST}, but got ${named}.`);
  if (values.help || isHelp) return void process.stdout.write(named === undefined ? USAGE : commandUsage(named));
  const command = named ?? 'serve';
  for (const flag of Object.keys(values) as (keyof typeof values)[]) {
    // A flag of another command would otherwise be ignored silently.
    if (!COMMANDS[command].flags.includes(flag as never)) throw usage(`--${flag} is not a flag of ${command}.`, command);
  }
  if (values.demo && values['no-demo']) throw usage('--demo and --no-demo cannot be used together.', command);
  if (operand !== undefined && isWord(command) && second !== operand)
    throw usage(`Expected odras-gateway ${command} ${operand}, but got ${[command, second].join(' ').trim()}.`, command);
  if (operand !== undefined && second === undefined)
    throw usage(`${command} needs a ${operand === 'NAME' ? 'name' : 'file'}: odras-gateway ${command} ${operand}.`, command);
  return run(command, values, second);
};

const LIST = Object.keys(COMMANDS)
  .join(', ')
  .replace(/, ([^,]*)$/, ' or $1');

const run = async (command: Command, values: ReturnType<typeof parse>['values'], operand?: string): Promise<void> => {
  const config = () => readConfig({ ...values, memory: values.memory === true, demo: values['no-demo'] ? false : values.demo });
  switch (command) {
    case 'serve': {
      const { serve } = await import('./operations/serve.js');
      const gateway = await serve(config(), log);
      return stopOnSignal(gateway.close);
    }
    case 'migrate': {
      if (values.undo) {
        const { removeFeedFrom } = await import('./operations/feed.js');
        return removeFeedFrom(config(), log);
      }
      const { migrateStores } = await import('./operations/prepare.js');
      return migrateStores(config(), log);
    }
    case 'seed': {
      const { seedStores } = await import('./operations/prepare.js');
      return seedStores(config(), log);
    }
    case 'introspect': {
      const { introspect } = await import('./operations/introspect/introspect.js');
      return introspect(config(), values.check === true, log);
    }
    case 'load': {
      const { loadFile } = await import('./operations/load-sql.js');
      return loadFile(config(), operand!, log);
    }
    case 'psql': {
      const { openToTools } = await import('./operations/psql.js');
      const { close } = await openToTools(readConfig({ ...values, port: undefined, psqlPort: values.port }), log);
      return stopOnSignal(close);
    }
    case 'audit': {
      const { verifyLog } = await import('./operations/audit.js');
      return verifyLog(config(), values.head, log);
    }
    case 'encrypt': {
      const { rotateKeys } = await import('./operations/encrypt.js');
      return rotateKeys(config(), log);
    }
    case 'print-schema': {
      const { printClientSchema } = await import('./operations/print-schema.js');
      return printClientSchema(config(), values.out);
    }
    case 'make-api-key': {
      const { printApiKey } = await import('./operations/make-api-key.js');
      return printApiKey(operand!, values.roles);
    }
    case 'generate-vectors': {
      const { generateVectors } = await import('./operations/demo/generate-vectors.js');
      return generateVectors();
    }
  }
};

const parse = () => {
  try {
    return parseArgs({ options: FLAGS, allowPositionals: true });
  } catch (error) {
    throw usage(`${messageOf(error).split('. ')[0]!.replace(/\.$/, '')}.`, process.argv.slice(2).find(isCommand));
  }
};

/** The error comes last, where it is read; the hint names the command that shows the usage. */
const usage = (detail: string, command?: string) =>
  new GatewayError('CONFIG_INVALID', {
    detail: `${detail} Try odras-gateway ${command !== undefined && isCommand(command) ? `${command} ` : ''}--help.`,
  });

/** The first signal shuts down gracefully, a second one exits at once. */
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

/** An error meant for the operator is printed as its message alone; anything else is a bug and is printed with its stack. */
const fail = (error: unknown): never => {
  if (error instanceof GatewayError) log.error(error.message);
  else log.error('unexpected', error);
  process.exit(1);
};

// A closed pipe (| head) is not an error.
process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 1));

// An unhandled rejection is logged; the gateway keeps serving.
process.on('unhandledRejection', (reason) => log.error('unexpected: a promise was rejected and nobody looked after it', reason));

main().catch(fail);
