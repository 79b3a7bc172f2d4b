import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { readConfig } from '../src/config.js';
import { SETTINGS } from '../src/settings.js';

const folder = mkdtempSync(join(tmpdir(), 'odras-config-'));
const file = (name: string, text: string): string => {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
};
const fault = (environment: Record<string, string>, flags = {}): string => {
  try {
    readConfig(flags, environment);
  } catch (error) {
    expect(error).toMatchObject({ code: 'CONFIG_INVALID' });
    return (error as Error).message;
  }
  throw new Error('the configuration has no fault');
};

afterAll(() => rmSync(folder, { recursive: true }));

describe('the configuration', () => {
  it.each(['verify_full', 'allow', 'Require', '', 'require&sslmode=on', 'require&SSLMODE=require'])(
    'refuses the sslmode %j, for it would be no TLS at all',
    (word) => {
      for (const name of ['DATABASE_URL', 'DATABASE_REPLICA_URL']) {
        const message = fault({
          DATABASE_URL: 'postgres://db/odras',
          [name]: `postgres://u:secret@db/odras?application_name=x&sslmode=${word}`,
        });
        expect(message).toContain(`${name}: expected an sslmode of disable, prefer, require, verify-ca, verify-full, no-verify`);
        expect(message).not.toContain('secret@');
      }
    },
  );

  it.each(['disable', 'require', 'verify-full', 'no-verify'])('takes the sslmode %s', (word) => {
    const url = `postgres://db/odras?sslmode=${word}`;
    expect(readConfig({}, { DATABASE_URL: url }).relational).toMatchObject({ url });
  });

  it.each([
    ['no store is a server', {}, true],
    ['any store is a server', { REDIS_URL: 'redis://cache' }, false],
    ['any store is a server, but they are set', { REDIS_URL: 'redis://cache', INTROSPECTION: 'on', GRAPHIQL: 'on' }, true],
    ['they are set off', { INTROSPECTION: 'off', GRAPHIQL: 'off' }, false],
  ])('shows the schema and GraphiQL, or not, where %s', (_, settings, isShown) => {
    expect(readConfig({}, settings)).toMatchObject({ introspection: isShown, graphiql: isShown });
  });

  it('is embedded stores and port 4000 when nothing is set', () => {
    expect(readConfig({}, {})).toMatchObject({
      port: 4000,
      host: 'localhost',
      relational: undefined,
      graph: undefined,
      vector: undefined,
      keyvalue: undefined,
      embeddings: undefined,
      demo: true,
      storeTimeoutMs: 10_000,
      requestTimeoutMs: 10_000,
    });
  });

  it('takes each store by its own address', () => {
    const config = readConfig(
      {},
      { DATABASE_URL: 'postgres://u:p@db/odras', QDRANT_URL: 'https://q.example:6333', REDIS_URL: 'redis+sentinel://a:1,b:2/main' },
    );
    expect(config).toMatchObject({
      relational: { url: 'postgres://u:p@db/odras', poolSize: 10 },
      graph: undefined,
      vector: { url: 'https://q.example:6333' },
      keyvalue: { url: 'redis+sentinel://a:1,b:2/main' },
    });
  });

  it.each([
    ['nothing is set', {}, true],
    ['others may reach it', { HOST: '0.0.0.0' }, false],
    ['it listens on this machine', { HOST: '127.0.0.1' }, true],
    ['a name begins like this machine', { HOST: '127.0.0.1.example.org' }, false],
    ['the rows are in a server', { DATABASE_URL: 'postgres://db/odras' }, false],
    ['the graph is in a server', { NEO4J_URL: 'bolt://n' }, false],
    ['the vectors are in a server', { QDRANT_URL: 'http://q' }, false],
    ['only the cache is a server', { REDIS_URL: 'redis://r' }, true],
    ['it is set', { HOST: '0.0.0.0', DATABASE_URL: 'postgres://db/odras', EXPLAIN: 'on' }, true],
    ['it is set off', { EXPLAIN: 'off' }, false],
  ])('when %s, explains answers or does not', (_, environment, explain) => expect(readConfig({}, environment).explain).toBe(explain));

  it('takes flags before the environment, and the environment before the file', () => {
    const path = file('settings.yaml', 'PORT: 1\nHOST: from-file\nDEFAULT_ROWS: 7\n');
    expect(readConfig({ config: path, port: '3' }, { PORT: '2', DEFAULT_ROWS: '8' })).toMatchObject({
      port: 3,
      host: 'from-file',
      defaultRows: 8,
    });
    expect(readConfig({}, { ODRAS_CONFIG: file('settings.json', '{"PORT": 5, "DEMO": false}') })).toMatchObject({ port: 5, demo: false });
  });

  it('reads a secret from the file that a setting with _FILE names', () => {
    expect(readConfig({}, { NEO4J_URL: 'bolt://n', NEO4J_PASSWORD_FILE: file('secret', 'hush\n') }).graph?.password).toBe('hush');
  });

  it.each([
    [{ PORT: 'many' }, 'PORT: expected a whole number, but got "many". Port to listen on; 0 picks a free one. Example: PORT=4000'],
    [{ PORT: '70000' }, 'PORT: expected at most 65535, but got "70000"'],
    [{ DEMO: 'perhaps' }, 'DEMO: expected true or false, but got "perhaps"'],
    [
      { DATABASE_URL: 'mysql://root:hush@db' },
      'DATABASE_URL: expected a PostgreSQL URL, starting with postgres:// or postgresql://, but got another value',
    ],
    [{ REDIS_URL: 'localhost:6379' }, 'REDIS_URL: expected a Redis URL'],
    [{ EMBEDDINGS_URL: 'http://user:hush@e/v1' }, 'EMBEDDINGS_URL: expected a URL without user and password'],
    [{ MAX_ROWSS: '10' }, 'MAX_ROWSS is not a setting. Did you mean MAX_ROWS?'],
    [{ DATABASE_UR: 'x' }, 'DATABASE_UR is not a setting. Did you mean DATABASE_URL?'],
    [{ ODRAS_DATTA: 'x' }, 'ODRAS_DATTA is not a setting. Did you mean ODRAS_DATA? Example: ODRAS_DATA=/var/lib/odras'],
    [{ QDRANT_API_KEY_FILE: '/nowhere/key' }, 'QDRANT_API_KEY_FILE: the file /nowhere/key cannot be read'],
    [{ EMBEDDINGS_URL: 'http://e/v1' }, 'EMBEDDINGS_URL also needs EMBEDDINGS_MODEL and EMBEDDINGS_SIZE'],
    [{ DATABASE_REPLICA_URL: 'postgres://r' }, 'DATABASE_REPLICA_URL also needs DATABASE_URL'],
  ])('refuses %o and says what to do', (environment, message) => {
    const text = fault(environment);
    expect(text).toContain(message);
    expect(text).not.toContain('hush');
  });

  it('refuses an unknown setting in the file, a file that is none, and a setting given twice', () => {
    expect(fault({}, { config: file('odd.yaml', 'PROT: 4000') })).toContain('PROT is not a setting. Did you mean PORT?');
    expect(fault({}, { config: file('broken.yaml', 'PORT: [') })).toContain('must be YAML or JSON');
    expect(fault({}, { config: '/nowhere.yaml' })).toContain('cannot be read');
    expect(fault({}, { config: file('list.yaml', 'PORT: [1]\nHOST: {a: b}') })).toBe(
      'PORT: expected one value, but got a list. Example: PORT: 4000\n' +
        'HOST: expected one value, but got an object. Example: HOST: 127.0.0.1',
    );
    expect(fault({ NEO4J_PASSWORD: 'a', NEO4J_PASSWORD_FILE: file('twice', 'b') })).toContain(
      'NEO4J_PASSWORD and NEO4J_PASSWORD_FILE are both set',
    );
  });

  it.each([
    ['PORT: 4000\n  HOST: x\n', ':1 cannot be read: Nested mappings are not allowed'],
    ['PORT: 4000\nNEO4J_PASSWORD: "hush\n', 'cannot be read: Missing closing "quote'],
    ['PORT: 1\nPORT: 2', ':2 cannot be read: Map keys must be unique'],
    ['{"PORT": 4000', ':1 cannot be read: Flow map must end with a }'],
    ['PORT: *x', 'cannot be read: Unresolved alias'],
  ])('tells a file that is broken, %j, in one line with its place', (text, message) => {
    const path = file('broken.yaml', text);
    const told = fault({}, { config: path });
    expect(told).toContain(message);
    expect(told).toMatch(/^The settings file \S+broken\.yaml.* It must be YAML or JSON, one setting a line\. Example: PORT: 4000$/);
    expect(told).not.toContain('hush');
  });

  it('takes the values of a file as they stand, and what is empty there as not set', () => {
    const path = file(
      'exact.yaml',
      'NEO4J_URL: bolt://n\nNEO4J_PASSWORD: 0012345678901234567890\nHOST:\nDEFAULT_ROWS: ~\nQDRANT_URL: ""\nDEMO: true\n',
    );
    expect(readConfig({ config: path }, {})).toMatchObject({
      graph: { password: '0012345678901234567890' },
      host: 'localhost',
      defaultRows: 100,
      vector: undefined,
      demo: true,
    });
  });

  it('names all faults at once', () => {
    expect(fault({ PORT: 'x', MAX_ROWS: '0' }).split('\n')).toHaveLength(2);
  });

  it('accepts the example of every setting', () => {
    for (const [name, { form, example }] of Object.entries(SETTINGS)) expect(form.safeParse(example).success, name).toBe(true);
  });
});
