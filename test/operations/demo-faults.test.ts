import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { describe, expect, it } from 'vitest';
import { loadDemo } from '../../src/operations/demo/load.js';

const FOLDER = new URL('../../src/operations/demo/', import.meta.url);

describe('faulty data', () => {
  const FAULTS: [string, string, string, string, string][] = [
    [
      'a requirement',
      'requirements/air-vehicle.yaml',
      'dependsOn: [AIR-014, AIR-004]',
      'dependsOn: [AIR-999]',
      'requirements/air-vehicle.yaml, AIR-001: there is no requirement "AIR-999".',
    ],
    [
      'a user',
      'requirements/air-vehicle.yaml',
      'createdBy: lindqvist',
      'createdBy: nobody',
      'requirements/air-vehicle.yaml, AIR-001: there is no user "nobody".',
    ],
    [
      'a document',
      'requirements/air-vehicle.yaml',
      'document: airframe-specification',
      'document: lost',
      'requirements/air-vehicle.yaml, AIR-001: there is no document "lost".',
    ],
    [
      'a project',
      'requirements/air-vehicle.yaml',
      'project: air-vehicle',
      'project: boat',
      'requirements/air-vehicle.yaml, project: there is no project "boat".',
    ],
    ['an interface', 'graph.yaml', 'presents: [can-bus]', 'presents: [bus]', 'graph.yaml, speed-controllers: there is no interface "bus".'],
    [
      'a process',
      'documents/concept-of-operations.md',
      'processes: area-search, supply-drop',
      'processes: rest',
      'documents/concept-of-operations.md, chunk 1: there is no process "rest".',
    ],
    [
      'a cited document',
      'documents/concept-of-operations.md',
      'cites: [stakeholder-needs]',
      'cites: [lost]',
      'documents/concept-of-operations.md, cites: there is no document "lost".',
    ],
    [
      'a kind of link',
      'documents/concept-of-operations.md',
      '; processes: area-search',
      '; people: area-search',
      'documents/concept-of-operations.md, chunk 1: links cannot lead to "people".',
    ],
    [
      'a row',
      'rows/questions.yaml',
      'cq_id: !row cqs unplaced',
      'cq_id: !row cqs lost',
      'rows/questions.yaml, cq_runs unplaced-1: there is no row "cqs lost".',
    ],
    [
      'a component of an architecture',
      'architectures.yaml',
      'rotor-set',
      'sail',
      'architectures.yaml, light-lift: there is no component "sail".',
    ],
    [
      'a second entry',
      'requirements/air-vehicle.yaml',
      'id: AIR-002',
      'id: AIR-001',
      'requirements/air-vehicle.yaml, AIR-001: requirement "AIR-001" is there twice.',
    ],
  ];

  it.each(FAULTS)('is refused with file, entry and key: %s', (_, path, good, bad, message) => {
    const folder = mkdtempSync(join(tmpdir(), 'demo-'));
    try {
      cpSync(fileURLToPath(FOLDER), folder, { recursive: true });
      const file = join(folder, path);
      const text = readFileSync(file, 'utf8');
      expect(text.replace(good, bad)).not.toBe(text);
      writeFileSync(file, text.replace(good, bad));
      expect(() => loadDemo(pathToFileURL(folder))).toThrow(new Error(message));
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
