import { readdirSync, readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { documentTables, parseDocument } from './documents.js';
import { activityTables } from './activity.js';
import { architectureTables } from './architectures.js';
import { graphOf, Keys } from './graph.js';
import { ingestedTables } from './ingested.js';
import { instructionPoints, odrasPoints, type Instruction } from './points.js';
import { programmeTables, sessionTables } from './programme.js';
import { requirementTables } from './requirements.js';
import { joinTables, readSheets } from './sheets.js';
import type { Architecture, Demo, DemoTable, Model, Requirement, Source } from './types.js';

const SITE = 'https://odras.example';

/**
 * Reads the demonstration data. Neither clock nor chance has a part in it: two readings give the same.
 *
 * @throws Error naming file, entry and key when a reference leads nowhere
 */
export const loadDemo = (folder: URL): Demo => {
  const root = folder.pathname.endsWith('/') ? folder : new URL(`${folder.href}/`);
  const keys = new Keys();
  const text = (path: string): string => readFileSync(new URL(path, root), 'utf8').replaceAll('\r\n', '\n');
  const source = read(root, text, keys);
  const sheets = new Map(SHEETS.map((name) => [name, readSheets(`rows/${name}.yaml`, text(`rows/${name}.yaml`), keys)]));
  const rowsOf = (...names: (typeof SHEETS)[number][]): DemoTable[] => names.flatMap((name) => sheets.get(name)!());
  // First, since it checks the references of the system model.
  const graph = graphOf(source, keys);
  // Projects refer to namespaces, and everything else to users and projects.
  const tables = joinTables([
    ...rowsOf('naming'),
    ...programmeTables(source, keys, SITE),
    ...rowsOf('identity', 'projects'),
    ...sessionTables(source, keys),
    ...documentTables(source.documents, keys, SITE),
    ...ingestedTables(source, keys, SITE),
    ...requirementTables(source, keys, SITE),
    ...rowsOf('requirements', 'training', 'assistant', 'activity'),
    ...activityTables(source, keys),
    ...rowsOf('ontology'),
    ...architectureTables(source, keys, SITE),
    ...rowsOf('architecture', 'questions'),
  ]);
  const instructions = parse(text('rows/instructions.yaml')) as Instruction[];
  return { tables, ...graph, points: [...odrasPoints(tables, keys), ...instructionPoints(instructions)] };
};

/** Files in rows/, one for each domain. */
const SHEETS = [
  'naming',
  'identity',
  'projects',
  'requirements',
  'training',
  'assistant',
  'activity',
  'ontology',
  'architecture',
  'questions',
] as const;

const read = (root: URL, text: (path: string) => string, keys: Keys): Source => {
  const list = (path: string, ending: string): string[] =>
    readdirSync(new URL(`${path}/`, root))
      .filter((name) => name.endsWith(ending))
      .sort()
      .map((name) => `${path}/${name}`);

  const { users, projects } = parse(text('programme.yaml')) as Pick<Source, 'users' | 'projects'>;
  for (const { username } of users) keys.declare('user', username, 'programme.yaml');
  for (const { key } of projects) keys.declare('project', key, 'programme.yaml');

  const model = parse(text('graph.yaml')) as Model;
  for (const { key } of model.components) keys.declare('component', key, 'graph.yaml');
  for (const { key } of model.interfaces) keys.declare('interface', key, 'graph.yaml');
  for (const { key } of model.processes) keys.declare('process', key, 'graph.yaml');
  for (const { key } of model.functions) keys.declare('function', key, 'graph.yaml');
  for (const { key } of model.conditions) keys.declare('condition', key, 'graph.yaml');
  for (const { key } of model.tests) keys.declare('test', key, 'graph.yaml');

  const requirements = list('requirements', '.yaml').flatMap((path) => {
    const file = parse(text(path)) as { readonly project: string; readonly requirements: readonly Requirement[] };
    const project = projects.find(({ key }) => key === file.project);
    if (!project) throw new Error(`${path}, project: there is no project "${file.project}".`);
    return file.requirements.map((requirement) => ({ requirement, project, place: `${path}, ${requirement.id}` }));
  });
  for (const { requirement, place } of requirements) keys.declare('requirement', requirement.id, place);

  const documents = list('documents', '.md').map((path) => parseDocument(path, text(path)));
  for (const document of documents) keys.declareDocument(document);
  const architectures = parse(text('architectures.yaml')) as Architecture[];
  return { users, projects, model, requirements, documents, architectures };
};
