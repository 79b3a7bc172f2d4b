import { join } from 'node:path';
import { expect, inject, it } from 'vitest';
import { readConfig } from '../../src/config.js';
import { createSilentLog } from '../../src/log.js';
import { serve } from '../../src/operations/serve.js';
import { openEmbeddedRelational } from '../../src/stores/relational/embedded.js';
import { temporaryFolder } from '../support/folders.js';

/** The embedded vectors as they were when a point had one vector, no words and no payload of its own. */
const OLDER = `
  ALTER TABLE points ADD COLUMN vector vector;
  UPDATE points p SET vector = v.vector, payload = jsonb_build_object('embedding_model', payload->'embedding_model') FROM vectors v
    WHERE v.collection = p.collection AND v.id = p.id AND v.name = '';
  ALTER TABLE points ALTER COLUMN vector SET NOT NULL;
  DROP TABLE vectors, sparse_vectors;
  ALTER TABLE collections ADD COLUMN size int, ADD COLUMN distance text;
  UPDATE collections SET size = (params->'vectors'->>'size')::int, distance = params->'vectors'->>'distance';
  ALTER TABLE collections ALTER COLUMN size SET NOT NULL, ALTER COLUMN distance SET NOT NULL, DROP COLUMN params, DROP COLUMN indexes;`;

it('brings the vectors of an older data folder into the form of today at start', async () => {
  const folder = temporaryFolder(inject('filledFolder'));
  try {
    const database = await openEmbeddedRelational({ path: join(folder.path, 'vector'), vectors: true });
    await database.script(OLDER);
    await database.close();
    const lines: string[] = [];
    const start = () => serve(readConfig({ data: folder.path, port: '0' }, {}), { ...createSilentLog(), info: (line) => lines.push(line) });
    const ask = async (url: string) => {
      const query = `{ search(text: "AIR-002", types: [REQUIREMENT], weights: {dense: 0}, limit: 1,
        where: {requirement: {priority: {eq: CRITICAL}}}) { node { ... on Requirement { identifier } } }
        collectionInfo { name points } }`;
      return (
        (await (
          await fetch(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ query }) })
        ).json()) as { data: unknown }
      ).data;
    };
    const first = await start();
    const answer = await ask(first.url);
    await first.close();
    expect(answer).toEqual({
      search: [{ node: { identifier: 'AIR-002' } }],
      collectionInfo: [
        { name: 'project_threads', points: '60' },
        { name: 'knowledge_assets', points: '12' },
        { name: 'knowledge_chunks', points: '536' },
        { name: 'requirements', points: '300' },
        { name: 'das_knowledge', points: '13' },
        { name: 'system_index', points: '18' },
        { name: 'das_instructions', points: '8' },
      ],
    });
    expect(lines).toContain('  created  keywords of requirements');
    expect(lines.filter((line) => line.includes('again'))).toHaveLength(11);
    lines.length = 0;
    const second = await start();
    await second.close();
    expect(lines.filter((line) => /again|created/.test(line))).toEqual([]);
  } finally {
    folder.remove();
  }
}, 120_000);
