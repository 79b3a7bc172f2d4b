import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadDemo } from '../../src/operations/demo/load.js';
import type { Demo } from '../../src/operations/demo/types.js';
import { openEmbeddedRelational } from '../../src/stores/relational/embedded.js';
import type { RelationalStore } from '../../src/stores/types.js';
import { DEMO_KEYS } from '../support/demo-keys.js';

const FOLDER = new URL('../../src/operations/demo/', import.meta.url);

/** Tables whose rows are nodes. */
const TABLES: Record<string, string> = {
  Document: 'files',
  KnowledgeAsset: 'knowledge_assets',
  Chunk: 'knowledge_chunks',
  Requirement: 'requirements_enhanced',
  Constraint: 'requirements_constraints',
};

const ENDS: Record<string, string[]> = {
  DEPENDS_ON: ['Requirement Requirement'],
  IMPLEMENTS: ['Requirement Requirement'],
  DERIVES_FROM: ['Requirement Requirement'],
  DEPLOYS: ['Requirement Component'],
  PRESENTS: ['Component Interface'],
  PERFORMS: ['Component Process'],
  REALIZES: ['Process Function'],
  ACTIVATES_ON: ['Function Condition'],
  DEPENDS_UPON: ['Function Component'],
  HAS_CONSTRAINT: ['Requirement Constraint'],
  CONTAINS: ['Document KnowledgeAsset'],
  DIVIDED_INTO: ['KnowledgeAsset Chunk'],
  NEXT_CHUNK: ['Chunk Chunk'],
  REFERENCES: ['Chunk Requirement', 'KnowledgeAsset KnowledgeAsset'],
  MENTIONS: ['Chunk Component'],
  DESCRIBES: ['Chunk Process'],
  CITES: ['Document Document'],
  VERIFIED_BY: ['Requirement TestCase'],
  REL: ['Entity Entity'],
};

const demo: Demo = loadDemo(FOLDER);

const rowsOf = (name: string): readonly Record<string, unknown>[] => demo.tables.find(({ table }) => table === name)?.rows ?? [];
const keyOf = (table: string, row: Record<string, unknown>): string =>
  (DEMO_KEYS[table] ?? []).map((column) => String(row[column])).join(' ');
const requirement = (identifier: string): Record<string, unknown> =>
  rowsOf('requirements_enhanced').find((row) => row['requirement_identifier'] === identifier) ?? {};

describe('the demonstration data', () => {
  it('has the promised size', () => {
    expect(demo.tables.map(({ table }) => table)).toEqual(Object.keys(DEMO_KEYS));
    expect(rowsOf('projects')).toHaveLength(6);
    expect(rowsOf('users')).toHaveLength(8);
    expect(rowsOf('requirements_enhanced')).toHaveLength(300);
    expect(rowsOf('files')).toHaveLength(11);
    expect(rowsOf('knowledge_assets')).toHaveLength(12);
    expect(rowsOf('knowledge_chunks')).toHaveLength(400);
    for (const { table, rows } of demo.tables) expect([table, rows.length > 0]).toEqual([table, true]);
    expect(demo.nodes.filter(({ label }) => !['TestCase', 'Entity'].includes(label))).toHaveLength(60);
    expect(demo.nodes.filter(({ label }) => label === 'TestCase')).toHaveLength(8);
    const engineering = Object.keys(ENDS).slice(0, 9);
    const count = demo.relationships.filter(({ type }) => engineering.includes(type)).length;
    expect(count).toBeGreaterThanOrEqual(850);
    expect(count).toBeLessThanOrEqual(1050);
  });

  it('is the same at every reading, with or without a slash after the folder', () => {
    expect(loadDemo(FOLDER)).toEqual(demo);
    expect(loadDemo(new URL(FOLDER.href.slice(0, -1)))).toEqual(demo);
  });

  it.each(Object.keys(DEMO_KEYS))('has unique keys and the same columns in every row of %s', (table) => {
    const rows = rowsOf(table);
    const columns = Object.keys(rows[0] ?? {});
    expect(new Set(rows.map((row) => keyOf(table, row))).size).toBe(rows.length);
    for (const row of rows) {
      expect(Object.keys(row)).toEqual(columns);
      expect(Object.values(row)).not.toContain(undefined);
    }
  });

  it('names parents before their children', () => {
    for (const [table, key, columns] of [
      ['projects', 'project_id', ['parent_project_id']],
      ['requirements_enhanced', 'requirement_id', ['parent_requirement_id', 'derived_from_requirement_id']],
    ] as const) {
      const before = new Set<unknown>([null]);
      for (const row of rowsOf(table)) {
        for (const column of columns) expect(before).toContain(row[column]);
        before.add(row[key]);
      }
    }
  });

  it('links only what is there, and each pair once', () => {
    const known = new Set(demo.nodes.map(({ label, id }) => `${label} ${id}`));
    expect(known.size).toBe(demo.nodes.length);
    for (const [label, table] of Object.entries(TABLES)) for (const row of rowsOf(table)) known.add(`${label} ${keyOf(table, row)}`);
    for (const { type, from, to } of demo.relationships) {
      expect(ENDS[type]).toContain(`${from.label} ${to.label}`);
      expect(known).toContain(`${from.label} ${from.id}`);
      expect(known).toContain(`${to.label} ${to.id}`);
    }
    expect(new Set(demo.relationships.map(({ type }) => type))).toEqual(new Set(Object.keys(ENDS)));
    expect(new Set(demo.relationships.map(({ type, from, to }) => `${type} ${from.id} ${to.id}`)).size).toBe(demo.relationships.length);
  });

  it('gives a requirement its columns', () => {
    expect(requirement('AIR-001')).toMatchObject({
      requirement_title: 'Flight endurance with nominal payload',
      state: 'published',
      is_immutable: false,
      is_published: true,
      published_at: '2025-11-17T15:30:00Z',
      published_by: rowsOf('users').find((row) => row['username'] === 'okafor')?.['user_id'],
      parent_requirement_id: requirement('PRG-004')['requirement_id'],
      derived_from_requirement_id: requirement('PRG-001')['requirement_id'],
      source_document_id: rowsOf('files').find((row) => row['filename'] === 'airframe-specification.pdf')?.['id'],
      source_section: '3.2',
      tags: ['endurance', 'flight-time', 'battery'],
      updated_at: '2025-11-17T15:30:00Z',
      version: 2,
      iri: 'https://odras.example/requirements/AIR-001',
    });
    const imported = rowsOf('requirements_enhanced').filter((row) => row['state'] === 'imported');
    expect(imported).toHaveLength(20);
    expect(rowsOf('requirements_enhanced').filter((row) => row['is_immutable'])).toEqual(imported);
    for (const row of imported) {
      const origin = rowsOf('requirements_enhanced').find((other) => other['requirement_id'] === row['source_requirement_id']);
      const project = rowsOf('projects').find((other) => other['project_id'] === row['source_project_id']);
      expect(origin?.['project_id']).toBe(project?.['project_id']);
      expect(row['source_project_iri']).toBe(project?.['iri']);
    }
  });

  it('has constraints of every kind of value', () => {
    const columns = ['numeric_value', 'range_min', 'enumeration_values', 'equation_expression', 'text_value'];
    const kinds = { numeric: 0, range: 1, enumeration: 2, equation: 3, boolean: 4, text: 4 };
    const rows = rowsOf('requirements_constraints');
    expect(new Set(rows.map((row) => row['value_type']))).toEqual(new Set(Object.keys(kinds)));
    for (const row of rows) {
      const filled = columns.filter((column) => row[column] !== null);
      expect(filled).toEqual([columns[kinds[row['value_type'] as keyof typeof kinds]]]);
    }
  });

  it('cuts documents into numbered chunks without headings and lines of links', () => {
    const asset = rowsOf('knowledge_assets').find((row) => row['title'] === 'Concept of operations');
    const chunks = rowsOf('knowledge_chunks').filter((row) => row['asset_id'] === asset?.['id']);
    expect(chunks.map((row) => row['sequence_number'])).toEqual(chunks.map((_, index) => index));
    expect(asset?.['processing_stats']).toEqual({ chunks: chunks.length });
    expect(chunks[1]).toMatchObject({ chunk_type: 'text', metadata: { section: '1 Purpose' } });
    expect(new Set(rowsOf('knowledge_chunks').map((row) => row['chunk_type']))).toEqual(new Set(['text', 'list', 'table']));
    for (const row of rowsOf('knowledge_chunks')) {
      expect(row['content']).not.toMatch(/^#|^\{|\n\n|^\s|\s$/m);
      expect((row['metadata'] as { section: string }).section).not.toBe('');
    }
    const linked = demo.relationships
      .filter(({ type, from }) => type === 'REFERENCES' && from.id === chunks[1]?.['id'])
      .map(({ to }) => to.id);
    expect(linked).toEqual(['PRG-003', 'PRG-005', 'PRG-006'].map((identifier) => requirement(identifier)['requirement_id']));
  });

  it('says triples as ODRAS does: each a relationship between two nodes that have an iri', () => {
    const entities = demo.nodes.filter(({ label }) => label === 'Entity');
    const triples = demo.relationships.filter(({ type }) => type === 'REL');
    const known = new Set(entities.map(({ id }) => id));
    for (const { id, properties } of entities) expect(properties).toEqual({ iri: id });
    for (const { from, to, properties } of triples) {
      expect(known).toContain(from.id);
      expect(known).toContain(to.id);
      expect(Object.keys(properties)).toEqual(['type']);
    }
    const text = String(requirement('AIR-001')['requirement_text']);
    expect(triples).toContainEqual({
      type: 'REL',
      from: { label: 'Entity', id: 'req:AIR-001' },
      to: { label: 'Entity', id: text },
      properties: { type: 'HAS_TEXT' },
    });
  });

  it('draws architectures whose edges and groups lead to their own nodes', () => {
    const nodes = new Map(rowsOf('configuration_nodes').map((row) => [row['node_id'], row['config_id']]));
    expect(rowsOf('configurations').length).toBeGreaterThan(2);
    for (const row of rowsOf('configuration_edges'))
      for (const end of ['source_id', 'target_id']) expect(nodes.get(row[end])).toBe(row['config_id']);
    for (const row of rowsOf('configuration_clusters'))
      for (const node of row['node_ids'] as string[]) expect(nodes.get(node)).toBe(row['config_id']);
    const individuals = new Set(rowsOf('individual_instances').map((row) => row['instance_id']));
    for (const row of rowsOf('configuration_individual_sync')) {
      expect(nodes.get(row['node_id'])).toBe(row['config_id']);
      expect(individuals).toContain(row['instance_id']);
    }
  });

  it('has no session that is still open, and no token whose hash would be known', () => {
    const newest = rowsOf('auth_tokens')
      .map((row) => String(row['expires_at']))
      .sort()
      .at(-1)!;
    expect(newest < '2026-06-01').toBe(true);
    expect(rowsOf('auth_tokens').every((row) => row['is_active'] === false && /^[0-9a-f]{64}$/.test(String(row['token_hash'])))).toBe(true);
    expect(rowsOf('users').every((row) => row['password_hash'] === null)).toBe(true);
  });

  it('has one document whose file is gone', () => {
    const orphans = rowsOf('knowledge_assets').filter((row) => row['traceability_status'] === 'orphaned');
    expect(orphans).toHaveLength(1);
    expect(orphans[0]).toMatchObject({
      title: 'Flight test report, second campaign',
      source_file_id: null,
      orphaned_at: '2026-01-15T09:00:00Z',
    });
    expect(demo.relationships.filter(({ type }) => type === 'CONTAINS')).toHaveLength(11);
    expect(rowsOf('files').filter((row) => (row['metadata'] as { visibility: string }).visibility === 'public')).toHaveLength(4);
  });
});

describe('in PostgreSQL', () => {
  let store: RelationalStore;

  beforeAll(async () => {
    store = await openEmbeddedRelational({});
    await store.script(readFileSync(new URL('odras.sql', FOLDER), 'utf8'));
  }, 120_000);

  afterAll(() => store.close());

  it('goes in whole, and once', async () => {
    for (let round = 0; round < 2; round += 1) {
      for (const { table, rows } of demo.tables) {
        const columns = Object.keys(rows[0] ?? {}).join(', ');
        const { rowCount } = await store.pool.query(
          `INSERT INTO ${table} (${columns}) SELECT ${columns} FROM jsonb_populate_recordset(NULL::${table}, $1::jsonb)
            ON CONFLICT DO NOTHING`,
          [JSON.stringify(rows)],
        );
        expect([table, rowCount]).toEqual([table, round === 0 ? rows.length : 0]);
      }
    }
  }, 60_000);

  it('keeps numbers exact and leaves what is absent null', async () => {
    const { rows } = await store.pool.query<{ id: string; value: number | null; tolerance: number | null }>(
      'SELECT constraint_id AS id, numeric_value::float8 AS value, tolerance::float8 AS tolerance FROM requirements_constraints',
    );
    const stored = new Map(rows.map((row) => [row.id, row]));
    for (const row of rowsOf('requirements_constraints')) {
      expect(stored.get(String(row['constraint_id']))).toMatchObject({ value: row['numeric_value'], tolerance: row['tolerance'] });
    }
    const { rows: counts } = await store.pool.query(
      'SELECT count(*)::int AS count FROM requirements_constraints WHERE enumeration_values IS NOT NULL',
    );
    expect(counts).toEqual([{ count: 23 }]);
  });
});
