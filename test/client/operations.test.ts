import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createClient, type Client, type TypedDocument } from '../../src/client/client.js';
import * as documents from '../../src/client/generated/operations.js';
import { readSchemaFiles } from '../../src/operations/schema-files.js';
import { ASK, type Explained } from '../support/explained.js';
import { startTestGateway, type Answer, type TestGateway } from '../support/gateway.js';
import { knownRows, operationNames, showStatements, type KnownRows } from '../support/operations.js';
import { importOf, OPERATIONS } from './asked.js';

const PAGE = fileURLToPath(new URL('../../docs/front-end.md', import.meta.url));

let gateway: TestGateway;
let client: Client;
let rows: KnownRows;
/** What answered each operation. */
const statements = new Map<string, string>();

beforeAll(async () => {
  gateway = await startTestGateway({ settings: { DEMO_USER: 'okafor' } });
  client = createClient({ url: gateway.url, headers: ASK });
  rows = await knownRows(gateway);
});
afterAll(() => gateway?.close());

const documentOf = (name: string) => (documents as unknown as Record<string, TypedDocument<Answer, unknown>>)[`${name}Document`]!;

const ask = async (name: string, variables: unknown): Promise<Answer> => {
  const document = documentOf(name);
  // The Cypher of a query is learnt when it is asked; counted is what is sent from then on.
  if (String(document).trimStart().startsWith('query')) for (let times = 0; times < 2; times += 1) await client.ask(document, variables);
  const { data, errors, extensions } = await client.ask(document, variables);
  expect(errors).toBeUndefined();
  statements.set(name, showStatements(extensions!['explain'] as Explained));
  return data;
};

it('operations are no part of the schema that the gateway reads', () =>
  expect(readSchemaFiles().filter(({ path }) => path.includes('operations'))).toEqual([]));

it('every operation is asked', () => expect(OPERATIONS.map(([name]) => name).sort()).toEqual(operationNames().sort()));

it.each(OPERATIONS.filter(([name]) => name !== 'ImportRequirements'))('%s', async (name, variables, expected) => {
  expect(await ask(name, variables(rows))).toMatchObject(expected);
});

it('requirements are imported with what their sources say', async () => {
  const { requirements } = await ask('ImportSources', { ids: [rows.published.id] });
  const { createRequirements } = await ask('ImportRequirements', { copies: requirements.map(importOf(rows)) });
  expect(createRequirements.requirements).toMatchObject([
    {
      identifier: requirements[0].identifier,
      state: 'IMPORTED',
      isImmutable: true,
      importedFrom: { id: rows.published.id },
      sourceProject: { id: rows.published.project.id },
      constraints: requirements[0].constraints.map(({ name }: { name: string }) => ({ name })),
      history: [{ changeType: 'CREATED' }],
    },
  ]);
});

// Its last column is measured here: `npx vitest run -u` writes it.
it('docs/front-end.md says how many statements answer each operation', async () => {
  const seen: string[] = [];
  const page = readFileSync(PAGE, 'utf8').replace(/^(\|.*\| `(\w+)` \|.*\|) [^|]* \|$/gm, (_, row: string, name: string) => {
    seen.push(name);
    return `${row} ${statements.get(name)} |`;
  });
  expect(seen.sort()).toEqual(operationNames().sort());
  await expect(page).toMatchFileSnapshot(PAGE);
});
