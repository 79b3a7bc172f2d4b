import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse as parseYaml, YAMLParseError } from 'yaml';
import { z } from 'zod';
import { GatewayError, messageOf } from './errors.js';
import { ROOT } from './root.js';
import { SETTINGS, type SettingName } from './settings.js';

/** The whole configuration, checked and frozen. */
export interface Config {
  readonly port: number;
  readonly host: string;
  /** Names it answers to besides those of this machine; see ALLOWED_HOSTS. */
  readonly allowedHosts: readonly string[];
  /** Origins whose pages may ask. */
  readonly corsOrigins: readonly string[];
  /** Folder of the embedded stores; undefined keeps everything in memory. */
  readonly dataFolder: string | undefined;
  /** Folder of the schema files; undefined is the package's own. */
  readonly schemaFolder: string | undefined;
  /** Whether embedded stores are filled with the demonstration data. */
  readonly demo: boolean;
  /** Whether a request may ask which statements answered it. */
  readonly explain: boolean;
  /** Rows of a list whose query sets no limit. @default 100 */
  readonly defaultRows: number;
  /** Most rows a list may be asked for. @default 1_000 */
  readonly maxRows: number;
  /** Keys that a store is first asked for where conditions of several stores must hold. @default 2_000 */
  readonly probeKeys: number;
  /** Most keys that one store hands to another for one condition or order. @default 100_000 */
  readonly maxKeys: number;
  /** Most relationships that a traversal may look at from one node. @default 10_000 */
  readonly maxTraversed: number;
  /** Most nodes of a subgraph that is analysed. @default 20_000 */
  readonly maxAnalysedNodes: number;
  /** Most relationships of a subgraph that is analysed. @default 200_000 */
  readonly maxAnalysedRelationships: number;
  /** Most rows that a request reads for its answer. @default 100_000 */
  readonly maxRequestRows: number;
  /** Most bytes of an answer. @default 33_554_432 (32 MiB) */
  readonly maxAnswerBytes: number;
  /** Most bytes of all answers that clients have not taken yet. @default 268_435_456 (256 MiB) */
  readonly maxUnreadBytes: number;
  /** Most conditions of an operation, each use of a variable counted. @default 1_000 */
  readonly maxConditions: number;
  /** Most entries of the lists in an operation's conditions and variables. @default 50_000 */
  readonly maxListEntries: number;
  /** Most words of a `sort`. @default 32 */
  readonly maxSortWords: number;
  /** Longest text that is searched for, in characters. @default 10_000 */
  readonly maxTextLength: number;
  /** Most variables of an operation. @default 500 */
  readonly maxVariables: number;
  /** Deepest nesting of lists and objects in a value. @default 100 */
  readonly maxValueDepth: number;
  /** Longest time of one call to a store, in milliseconds. */
  readonly storeTimeoutMs: number;
  /** Longest time of one request, in milliseconds. */
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

/** What the command line may override. */
export interface ConfigFlags {
  readonly port?: string | undefined;
  readonly data?: string | undefined;
  readonly memory?: boolean | undefined;
  /** File of settings, YAML or JSON. */
  readonly config?: string | undefined;
  readonly host?: string | undefined;
  readonly schema?: string | undefined;
  readonly demo?: boolean | undefined;
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
  database: 'DATABASE_URL',
  neo4j: 'NEO4J_URL',
  qdrant: 'QDRANT_URL',
  redis: 'REDIS_URL',
} as const satisfies Partial<Record<keyof ConfigFlags, SettingName>>;

/**
 * Reads the configuration: flags win over the environment, the environment over the file. A setting's value may stand in
 * a file of its own, named by the setting with _FILE behind it: that is how secrets are given to containers.
 *
 * @throws GatewayError CONFIG_INVALID naming every faulty setting, with what it must be and an example
 */
export const readConfig = (flags: ConfigFlags = {}, environment: NodeJS.ProcessEnv = process.env): Config => {
  if (flags.memory && flags.data !== undefined)
    throw invalid(['--memory and --data cannot be used together: one keeps nothing, the other says where to keep it.']);
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
      'EMBEDDINGS_URL needs EMBEDDINGS_MODEL and EMBEDDINGS_SIZE beside it. Example: EMBEDDINGS_MODEL=all-minilm EMBEDDINGS_SIZE=384',
    ]);
  if (set.DATABASE_REPLICA_URL && !set.DATABASE_URL)
    throw invalid(['DATABASE_REPLICA_URL needs DATABASE_URL beside it: writes go to the primary.']);
  return Object.freeze({
    port: set.PORT,
    host: set.HOST,
    allowedHosts: set.ALLOWED_HOSTS,
    corsOrigins: set.CORS_ORIGINS,
    dataFolder: flags.memory ? undefined : resolve(set.ODRAS_DATA),
    schemaFolder: set.ODRAS_SCHEMA && resolve(set.ODRAS_SCHEMA),
    demo: set.DEMO ?? isShipped(set.ODRAS_SCHEMA),
    // Where others may ask, or the data are real, only the operator can allow it: a proxy on this machine is no proof of its clients.
    explain: set.EXPLAIN ?? (isLoopback(set.HOST) && !(set.DATABASE_URL || set.NEO4J_URL || set.QDRANT_URL)),
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

/** The schema of ODRAS that comes with the package. */
export const PACKAGE_SCHEMA = fileURLToPath(new URL('schema/', ROOT));

const isShipped = (folder: string | undefined): boolean => folder === undefined || resolve(folder) === resolve(PACKAGE_SCHEMA);

/** Whether a name or address is of this machine alone. */
export const isLoopback = (host: string): boolean => /^(localhost|127(\.\d+){3}|\[?::1\]?)$/i.test(host);

const invalid = (faults: readonly string[]) => new GatewayError('CONFIG_INVALID', { detail: faults.join('\n') });

const isSetting = (name: string): name is SettingName => name in SETTINGS;

/** One letter more, less or other than a setting's name, and long enough not to be a word of somebody else's. */
const isMisspelt = (name: string): boolean =>
  name.length >= 8 &&
  Object.keys(SETTINGS).some((setting) => {
    let start = 0;
    while (start < name.length && name[start] === setting[start]) start += 1;
    let end = 0;
    while (end < Math.min(name.length, setting.length) - start && name.at(-1 - end) === setting.at(-1 - end)) end += 1;
    return Math.max(name.length, setting.length) - start - end === 1;
  });

/** Settings of the environment, those given by a file included. Of others, only ODRAS_ and slips of the pen can be known to be mistakes. */
const environmentSettings = (environment: NodeJS.ProcessEnv, faults: string[]): Record<string, string> => {
  const given: Record<string, string> = {};
  for (const [name, value] of Object.entries(environment)) {
    if (value === undefined || value === '') continue;
    const setting = name.replace(/_FILE$/, '');
    if (isSetting(name)) given[name] = value;
    else if (name.endsWith('_FILE') && isSetting(setting)) {
      if (environment[setting]) faults.push(`${setting} and ${name} are both set: keep one of them.`);
      try {
        given[setting] = readFileSync(value, 'utf8').trim();
      } catch (error) {
        faults.push(`${name}: the file ${value} cannot be read (${messageOf(error)}). It must hold the value of ${setting}.`);
      }
    } else if (name !== 'ODRAS_CONFIG' && (name.startsWith('ODRAS_') || isMisspelt(name))) faults.push(unknownSetting(name));
  }
  return given;
};

const fileSettings = (path: string | undefined, faults: string[]): Record<string, string> => {
  if (path === undefined || path === '') return {};
  let content: unknown;
  try {
    // As texts, like those of the environment: as a number, a key such as 00123 would become another.
    content = parseYaml(readFileSync(path, 'utf8'), { schema: 'failsafe', logLevel: 'error' });
  } catch (error) {
    const line = error instanceof YAMLParseError && error.linePos ? `:${error.linePos[0].line}` : '';
    // Without the lines that the parser quotes: they may hold a password.
    const [what = ''] = messageOf(error).split(/ at line \d+|\n/);
    throw invalid([
      `The settings file ${path}${line} cannot be read: ${what}. It must be YAML or JSON, one setting a line. Example: PORT: 4000`,
    ]);
  }
  if (content === null) return {};
  if (typeof content !== 'object' || Array.isArray(content))
    throw invalid([`The settings file ${path} must hold settings by name. Example: PORT: 4000`]);
  const given: Record<string, string> = {};
  for (const [name, value] of Object.entries(content)) {
    if (!isSetting(name)) faults.push(unknownSetting(name));
    else if (typeof value !== 'string')
      faults.push(
        `${name}: expected one value, but got ${Array.isArray(value) ? 'a list' : 'several'}. Example: ${name}: ${SETTINGS[name].example}`,
      );
    // As in the environment, what is empty is not set.
    else if (!['', '~', 'null'].includes(value)) given[name] = value;
  }
  return given;
};

const unknownSetting = (name: string): string => {
  const letters = (text: string) => new Set(text);
  const likeness = (other: string) =>
    [...letters(name)].filter((letter) => letters(other).has(letter)).length - Math.abs(name.length - other.length);
  const nearest = Object.keys(SETTINGS).sort((one, other) => likeness(other) - likeness(one))[0] as SettingName;
  return `${name} is not a setting. Did you mean ${nearest}? Example: ${nearest}=${SETTINGS[nearest].example}`;
};
