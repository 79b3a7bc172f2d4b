import { resolve } from 'node:path';
import { z } from 'zod';
import { GatewayError } from './errors.js';

/**
 * Everything that can be set, in one table: the variable, its form, its default and what it means. The gateway reads
 * the environment here and nowhere else.
 */
const SETTINGS = {
  PORT: z.coerce.number().int().min(0).max(65_535).default(4000).describe('Port to listen on; 0 takes a free one.'),
  HOST: z.string().min(1).default('localhost').describe('Address to listen on; 0.0.0.0 is every one.'),
  ODRAS_DATA: z.string().min(1).default('.odras').describe('Folder of the embedded stores.'),
  ODRAS_SCHEMA: z.string().min(1).optional().describe('Folder of the schema files. Default: the schema folder of the package.'),
  DEMO: z.stringbool().default(true).describe('Whether embedded stores are filled with the ODRAS demonstration data.'),
  DEFAULT_ROWS: z.coerce.number().int().min(1).default(100).describe('Rows of a list whose query sets no limit.'),
  MAX_ROWS: z.coerce.number().int().min(1).default(1000).describe('Most rows a list may be asked for.'),
} as const;

export interface Config {
  readonly port: number;
  readonly host: string;
  /** Folder of the embedded stores; undefined keeps everything in memory. */
  readonly dataFolder: string | undefined;
  /** Folder of the schema files. */
  readonly schemaFolder: string | undefined;
  /** Whether embedded stores are filled with the demonstration data. @default true */
  readonly demo: boolean;
  /** @default 100 */
  readonly defaultRows: number;
  /** @default 1_000 */
  readonly maxRows: number;
}

/** What the command line may override. */
export interface ConfigFlags {
  readonly port?: string | undefined;
  readonly data?: string | undefined;
  readonly memory?: boolean | undefined;
}

/**
 * Reads the configuration; flags win over the environment.
 *
 * @throws GatewayError CONFIG_INVALID naming each faulty setting, what it must be and what came
 */
export const readConfig = (flags: ConfigFlags = {}, environment: NodeJS.ProcessEnv = process.env): Config => {
  if (flags.memory && flags.data !== undefined) throw new GatewayError('CONFIG_INVALID', { detail: '--memory and --data cannot be used together: one keeps nothing, the other says where to keep it.' });
  const given: Record<string, string | undefined> = { ...environment, ...(flags.port === undefined ? {} : { PORT: flags.port }), ...(flags.data === undefined ? {} : { ODRAS_DATA: flags.data }) };
  const values = Object.fromEntries(Object.keys(SETTINGS).flatMap((name) => (given[name] === undefined || given[name] === '' ? [] : [[name, given[name]]])));
  const parsed = z.object(SETTINGS).safeParse(values);
  if (!parsed.success) {
    const lines = parsed.error.issues.map((issue) => {
      const name = String(issue.path[0]) as keyof typeof SETTINGS;
      return `${name}: ${SETTINGS[name].description} ${issue.message}, but got ${JSON.stringify(given[name])}. Example: ${name}=${EXAMPLES[name]}`;
    });
    throw new GatewayError('CONFIG_INVALID', { detail: lines.join('\n') });
  }
  const { PORT, HOST, ODRAS_DATA, ODRAS_SCHEMA, DEMO, DEFAULT_ROWS, MAX_ROWS } = parsed.data;
  if (DEFAULT_ROWS > MAX_ROWS) throw new GatewayError('CONFIG_INVALID', { detail: `DEFAULT_ROWS must be at most MAX_ROWS (${MAX_ROWS}), but got ${DEFAULT_ROWS}.` });
  return Object.freeze({
    port: PORT,
    host: HOST,
    dataFolder: flags.memory ? undefined : resolve(ODRAS_DATA),
    schemaFolder: ODRAS_SCHEMA === undefined ? undefined : resolve(ODRAS_SCHEMA),
    demo: DEMO,
    defaultRows: DEFAULT_ROWS,
    maxRows: MAX_ROWS,
  });
};

const EXAMPLES: Record<keyof typeof SETTINGS, string> = { PORT: '4000', HOST: '127.0.0.1', ODRAS_DATA: '.odras', ODRAS_SCHEMA: './schema', DEMO: 'false', DEFAULT_ROWS: '100', MAX_ROWS: '1000' };
