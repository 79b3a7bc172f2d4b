import { later } from './activity.js';
import type { Keys } from './graph.js';
import type { DemoDocument, DemoTable, Row, Source } from './types.js';

const STEPS = ['text_extraction', 'chunking', 'embedding'] as const;
/** Seconds that a step takes. */
const STEP_SECONDS = 20;
const MODEL = 'all-MiniLM-L6-v2';

/** What ODRAS makes of documents beside assets and chunks: jobs, bytes in the database, docs of the retrieval, the system index. */
export const ingestedTables = (source: Source, keys: Keys, site: string): DemoTable[] => {
  const { documents } = source;
  const open = documents.filter(({ front }) => front.public === true);
  return [
    { table: 'file_content', rows: open.map((document) => fileContent(document, keys)) },
    { table: 'knowledge_processing_jobs', rows: documents.flatMap((document) => jobs(document, keys)) },
    { table: 'doc', rows: open.map((document) => doc(document, keys)) },
    { table: 'doc_chunk', rows: open.flatMap((document) => docChunks(document, keys)) },
    ...systemIndex(source, keys, site),
  ];
};

const textOf = ({ chunks }: DemoDocument): string => chunks.map(({ content }) => content).join('\n\n');

const fileContent = (document: DemoDocument, keys: Keys): Row => ({
  file_id: keys.file(document.key, document.place),
  content: `\\x${Buffer.from(textOf(document)).toString('hex')}`,
  compressed: false,
});

const jobs = ({ key, place, front, chunks }: DemoDocument, keys: Keys): Row[] => {
  const job = (name: string, start: number, failure: string | null = null): Row => ({
    id: keys.id('job', key, name),
    asset_id: keys.asset(key, place),
    job_type: name.replace(/ .*/, ''),
    status: failure === null ? 'completed' : 'failed',
    progress_percent: failure === null ? 100 : 35,
    error_message: failure,
    started_at: later(front.created, start),
    completed_at: later(front.created, start + STEP_SECONDS),
    created_at: front.created,
    metadata: { chunks: chunks.length },
  });
  // Spreadsheets fail at first.
  const failed = front.file.endsWith('.xlsx') ? [job('text_extraction first', 0, 'Sheet 3 has merged cells.')] : [];
  return [...failed, ...STEPS.map((step, index) => job(step, (index + failed.length) * STEP_SECONDS))];
};

const doc = ({ key, place, sha256, front }: DemoDocument, keys: Keys): Row => ({
  doc_id: keys.id('doc', key),
  project_id: keys.refer('project', front.project, place),
  filename: front.file,
  version: 1,
  sha256,
  created_at: front.created,
});

const docChunks = ({ key, front, chunks }: DemoDocument, keys: Keys): Row[] => {
  let start = 0;
  return chunks.map(({ content }, index) => {
    const end = start + content.length;
    const row = {
      chunk_id: keys.id('docChunk', key, index),
      doc_id: keys.id('doc', key),
      chunk_index: index,
      text: content,
      page: null,
      start_char: start,
      end_char: end,
      created_at: front.created,
    };
    start = end + 2;
    return row;
  });
};

const systemIndex = ({ projects, documents }: Source, keys: Keys, site: string): DemoTable[] => {
  const things = [
    ...projects.map(({ key, description, domain, created }) => ({
      type: 'project',
      id: keys.id('project', key),
      uri: `${site}/projects/${key}`,
      summary: description,
      project: key,
      domain,
      at: created,
    })),
    ...documents.map(({ key, place, front }) => ({
      type: 'knowledge_asset',
      id: keys.asset(key, place),
      uri: `${site}/knowledge/${key}`,
      summary: front.summary,
      project: front.project,
      domain: front.type,
      at: front.created,
    })),
  ];
  const indexId = (thing: { readonly id: string }): string => keys.id('index', thing.id);
  const entries = things.map((thing) => ({
    index_id: indexId(thing),
    entity_type: thing.type,
    entity_id: thing.id,
    entity_uri: thing.uri,
    content_summary: thing.summary,
    project_id: keys.id('project', thing.project),
    metadata: {},
    tags: [thing.type],
    domain: thing.domain,
    indexed_at: later(thing.at, 3600),
    updated_at: later(thing.at, 3600),
  }));
  const vectors = things.map((thing) => ({
    vector_id: keys.id('indexVector', thing.id),
    index_id: indexId(thing),
    sequence_number: 0,
    content: thing.summary,
    token_count: thing.summary.split(/\s+/).length,
    metadata: {},
    embedding_model: MODEL,
    qdrant_point_id: null,
    qdrant_collection: 'system_index',
    created_at: later(thing.at, 3600),
  }));
  return [
    { table: 'system_index', rows: entries },
    { table: 'system_index_vectors', rows: vectors },
  ];
};
