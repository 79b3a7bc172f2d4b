import type { DocumentNode, OperationDefinitionNode } from 'graphql';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as documents from '../generated/documents.js';
import { startTestGateway, type Answer, type TestGateway } from '../support/gateway.js';

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startTestGateway();
});
afterAll(() => gateway.close());

const named = (suffix: string): [string, DocumentNode][] =>
  Object.entries(documents as Record<string, unknown>).flatMap(([name, document]): [string, DocumentNode][] =>
    name.endsWith(`${suffix}Document`) ? [[name.replace(`${suffix}Document`, ''), document as DocumentNode]] : [],
  );

const takes = (document: DocumentNode): string[] =>
  (document.definitions[0] as OperationDefinitionNode).variableDefinitions!.map(({ variable }) => variable.name.value);

describe('the typed documents', () => {
  it('trace a question over three stores', async () => {
    const { data } = await gateway.send(documents.TraceDocument, { text: 'how far can it fly' });
    const nodes = data!.search!.map(({ node }) => node);
    const range = nodes.find((node) => 'identifier' in node && node.identifier === 'AIR-002');
    expect(range).toMatchObject({ priority: 'CRITICAL', constraints: [{ numericUnit: 'km' }, { numericUnit: 'km' }] });
  });

  it.each(named('List'))('list, page and find %s by key', async (type, list) => {
    const { data, errors } = await gateway.send<Answer>(list, { limit: 2 });
    expect(errors).toBeUndefined();
    const rows = Object.values(data as Record<string, { id?: string; user?: { id: string }; project?: { id: string } }[]>)[0]!;
    expect(rows).toHaveLength(2);
    const page = new Map(named('Page')).get(type)!;
    const paged = await gateway.send<Answer>(page, { first: 2 });
    expect(paged.errors).toBeUndefined();
    expect(Object.values(paged.data as Record<string, { edges: { node: unknown }[] }>)[0]!.edges.map(({ node }) => node)).toEqual(rows);
    const byKey = new Map(named('ByKey')).get(type)!;
    const [row] = rows;
    const found = await gateway.send<Answer>(
      byKey,
      takes(byKey).includes('id') ? { id: row!.id } : { userId: row!.user?.id, projectId: row!.project?.id },
    );
    expect(found.errors).toBeUndefined();
    expect(Object.values(found.data as Record<string, unknown>)[0]).toEqual(row);
  });
});
