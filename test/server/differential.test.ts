import { buildSchema, parse, print, type OperationDefinitionNode } from 'graphql';
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createSilentLog, type Log } from '../../src/log.js';
import { planOperation } from '../../src/plan/operation.js';
import { startServer, type RunningServer } from '../../src/server/server.js';
import { startTestGateway, type TestGateway } from '../support/gateway.js';
import { createRandom, QueryGenerator } from '../support/generate.js';
import { IS_FULL, rounds } from '../support/rounds.js';
import { readSamples } from '../support/samples.js';
import { varyOperation, type VariedOperation } from '../support/vary.js';

const COMPILED = rounds(1_600, 80);
const ALL_KINDS = rounds(800, 40);

/** An operation of each kind of read. */
const KINDS = parse(readFileSync(new URL('../support/kinds-of-reads.graphql', import.meta.url), 'utf8')).definitions.map((definition) => ({
  name: (definition as OperationDefinitionNode).name!.value,
  query: print(definition),
}));

let gateway: TestGateway;
let plain: RunningServer;
const random = createRandom(20_261_123);

/** A plan that fails where graphql-js does not is reported here. */
const warnings: string[] = [];
const log: Log = { ...createSilentLog(), warn: (message) => void warnings.push(message) };

beforeAll(async () => {
  gateway = await startTestGateway({ log });
  const { engine, schema } = gateway;
  plain = await startServer({
    engine,
    schema,
    log: createSilentLog(),
    host: 'localhost',
    port: 0,
    compiled: false,
  });
});
afterAll(async () => {
  await plain?.close();
  await gateway?.close();
});

const UUID = /[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}(?=[".])/g;

const body = async (url: string, operation: VariedOperation): Promise<string> => {
  const response = await fetch(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(operation) });
  // An internal error has an id of its own each time.
  const text = (await response.text()).replace(UUID, (id, _, offset: number, all: string) =>
    all.includes('INTERNAL_SERVER_ERROR') && /id"?:? ?"?$/.test(all.slice(Math.max(0, offset - 12), offset)) ? 'id' : id,
  );
  return `${response.status} ${text}`;
};

const planOf = ({ query, variables }: VariedOperation) => {
  const document = parse(query);
  return planOperation(gateway.engine, gateway.schema, document, document.definitions[0] as OperationDefinitionNode, variables);
};

const both = async (operation: VariedOperation): Promise<string> => {
  const [compiled, expected] = [await body(gateway.url, operation), await body(plain.url, operation)];
  expect(compiled, JSON.stringify(operation)).toBe(expected);
  return compiled;
};

describe('compiled and executed by graphql-js, operations', () => {
  const schema = buildSchema(readFileSync(new URL('../generated/schema.graphql', import.meta.url), 'utf8'));

  it(`of tables give the same bytes: ${COMPILED} generated ones, nearly all compiled`, async () => {
    const { model } = gateway.engine;
    const generator = new QueryGenerator(model, await readSamples(gateway, model), random, true);
    let covered = 0;
    let filled = 0;
    for (let count = 0; count < COMPILED; count += 1) {
      const operation = varyOperation(schema, generator.query(), random);
      if (!planOf(operation).isRefused) covered += 1;
      if ((await both(operation)).length > 120) filled += 1;
    }
    // The others are refused.
    expect(covered).toBeGreaterThan(COMPILED * 0.9);
    expect(filled).toBeGreaterThan(COMPILED * 0.5);
    expect(warnings).toEqual([]);
  }, 600_000);

  it(`of all stores give the same bytes: ${ALL_KINDS} generated ones, all but refused ones compiled`, async () => {
    const { model } = gateway.engine;
    const generator = new QueryGenerator(model, await readSamples(gateway, model), random);
    let others = 0;
    for (let count = 0; count < ALL_KINDS; count += 1) {
      const operation = varyOperation(schema, generator.query(), random);
      const planned = planOf(operation);
      const answer = await both(operation);
      const isOther = planned.levels.some(
        ({ fields, statements }) => fields.length > 0 || statements.some(({ written }) => written === undefined),
      );
      if (isOther && answer.length > 120) others += 1;
    }
    // Of few operations the share may be further from that of all.
    expect(others).toBeGreaterThan(ALL_KINDS * (IS_FULL ? 0.12 : 0.08));
    expect(warnings).toEqual([]);
  }, 600_000);

  it.each(KINDS)('of the kind $name give the same bytes, from a plan', async ({ query }) => {
    const operation = { query, variables: {} };
    expect(planOf(operation).isRefused).toBe(false);
    expect(await both(operation)).not.toContain('"errors"');
    expect(warnings).toEqual([]);
  });
});
