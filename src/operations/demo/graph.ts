import { v5 } from 'uuid';
import { triplesOf } from './triples.js';
import type { DemoDocument, DemoNode, DemoRelationship, End, Entry, Source } from './types.js';

const LABELS = {
  requirement: 'Requirement',
  component: 'Component',
  interface: 'Interface',
  process: 'Process',
  function: 'Function',
  condition: 'Condition',
  test: 'TestCase',
} as const;

type NodeKind = keyof typeof LABELS;

type Kind = NodeKind | 'user' | 'project' | 'document' | 'row';

/** Changing it gives every row and node another id. */
const NAMESPACE = '6f0c7a52-4d0e-5b1a-9c37-2e8f61d4b905';

/** What the data names, and the ids that stand for it: the same at every reading. */
export class Keys {
  readonly #known = new Set<string>();
  readonly #orphans = new Set<string>();

  /** Of anything that has an id, by a text such as "constraint:AIR-001:0". */
  id(...parts: (string | number)[]): string {
    return v5(parts.join(':'), NAMESPACE);
  }

  declare(kind: Kind, key: string, place: string): void {
    const name = `${kind}:${key}`;
    if (this.#known.has(name)) throw new Error(`${place}: ${kind} "${key}" is there twice.`);
    this.#known.add(name);
  }

  declareDocument({ key, place, front }: DemoDocument): void {
    this.declare('document', key, place);
    if (front.orphaned !== undefined) this.#orphans.add(key);
  }

  /** @throws Error naming the place and the key when nothing of that kind has the key */
  refer(kind: Kind, key: string, place: string): string {
    if (!this.#known.has(`${kind}:${key}`)) throw new Error(`${place}: there is no ${kind} "${key}".`);
    return this.id(kind, key);
  }

  referIf(kind: Kind, key: string | null | undefined, place: string): string | null {
    return key === null || key === undefined ? null : this.refer(kind, key, place);
  }

  /** File of a document; null when the file is gone. */
  file(document: string, place: string): string | null {
    this.refer('document', document, place);
    return this.#orphans.has(document) ? null : this.id('file', document);
  }

  asset(document: string, place: string): string {
    this.refer('document', document, place);
    return this.id('asset', document);
  }
}

/** Nodes of the system model, and all relationships. Rows of tables are only ends here: their nodes have the rows' ids. */
export const graphOf = (
  { model, requirements, documents }: Source,
  keys: Keys,
): { nodes: DemoNode[]; relationships: DemoRelationship[] } => {
  const nodes: DemoNode[] = [];
  const relationships: DemoRelationship[] = [];

  const addNodes = (kind: Exclude<NodeKind, 'requirement'>, entries: readonly Entry[]): void => {
    for (const { key, name, type, description } of entries) {
      nodes.push({ label: LABELS[kind], id: keys.id(kind, key), properties: { name, description, [`${kind}_type`]: type } });
    }
  };
  const link = (type: string, from: End, to: End, properties: Record<string, unknown> = {}): void => {
    relationships.push({ type, from, to, properties });
  };
  const linkAll = (type: string, from: End, kind: NodeKind, list: readonly string[] = [], place: string): void => {
    for (const key of list) link(type, from, { label: LABELS[kind], id: keys.refer(kind, key, place) });
  };

  addNodes('component', model.components);
  addNodes('interface', model.interfaces);
  addNodes('process', model.processes);
  addNodes('function', model.functions);
  addNodes('condition', model.conditions);
  addNodes('test', model.tests);

  for (const { key, presents, performs } of model.components) {
    const from = { label: LABELS.component, id: keys.id('component', key) };
    linkAll('PRESENTS', from, 'interface', presents, `graph.yaml, ${key}`);
    linkAll('PERFORMS', from, 'process', performs, `graph.yaml, ${key}`);
  }
  for (const { key, realizes } of model.processes) {
    linkAll('REALIZES', { label: LABELS.process, id: keys.id('process', key) }, 'function', realizes, `graph.yaml, ${key}`);
  }
  for (const { key, activatesOn, dependsUpon } of model.functions) {
    const from = { label: LABELS.function, id: keys.id('function', key) };
    linkAll('ACTIVATES_ON', from, 'condition', activatesOn, `graph.yaml, ${key}`);
    linkAll('DEPENDS_UPON', from, 'component', dependsUpon, `graph.yaml, ${key}`);
  }

  for (const { key, verifies } of model.tests) {
    const to = { label: LABELS.test, id: keys.id('test', key) };
    for (const id of verifies)
      link('VERIFIED_BY', { label: LABELS.requirement, id: keys.refer('requirement', id, `graph.yaml, ${key}`) }, to);
  }

  for (const { requirement, place } of requirements) {
    const from = { label: LABELS.requirement, id: keys.id('requirement', requirement.id) };
    linkAll('DEPENDS_ON', from, 'requirement', requirement.dependsOn, place);
    linkAll('IMPLEMENTS', from, 'requirement', requirement.implements, place);
    linkAll('DERIVES_FROM', from, 'requirement', requirement.derivedFrom === undefined ? [] : [requirement.derivedFrom], place);
    linkAll('DEPLOYS', from, 'component', requirement.components, place);
    for (const index of (requirement.constraints ?? []).keys()) {
      link('HAS_CONSTRAINT', from, { label: 'Constraint', id: keys.id('constraint', requirement.id, index) });
    }
  }

  for (const { key, place, front, chunks } of documents) {
    const asset = { label: 'KnowledgeAsset', id: keys.asset(key, place) };
    const fileId = keys.file(key, place);
    if (fileId !== null) link('CONTAINS', { label: 'Document', id: fileId }, asset);
    for (const [sequence, chunk] of chunks.entries()) {
      const from = { label: 'Chunk', id: keys.id('chunk', key, sequence) };
      const chunkPlace = `${place}, chunk ${sequence}`;
      link('DIVIDED_INTO', asset, from);
      if (sequence + 1 < chunks.length) link('NEXT_CHUNK', from, { label: 'Chunk', id: keys.id('chunk', key, sequence + 1) });
      linkAll('REFERENCES', from, 'requirement', chunk.requirements, chunkPlace);
      linkAll('MENTIONS', from, 'component', chunk.components, chunkPlace);
      linkAll('DESCRIBES', from, 'process', chunk.processes, chunkPlace);
    }
    for (const { to, confidence } of front.relations ?? []) {
      link('REFERENCES', asset, { label: 'KnowledgeAsset', id: keys.asset(to, `${place}, relations`) }, { confidence_score: confidence });
    }
    for (const cited of front.cites ?? []) {
      const citedId = keys.file(cited, `${place}, cites`);
      if (fileId !== null && citedId !== null) link('CITES', { label: 'Document', id: fileId }, { label: 'Document', id: citedId });
    }
  }
  const triples = triplesOf(requirements);
  return { nodes: [...nodes, ...triples.nodes], relationships: [...relationships, ...triples.relationships] };
};
