import type { DemoPoint, DemoTable, Row } from './types.js';
import type { Keys } from './graph.js';

/** Documents whose chunks came in on other ways than the rest: by their transformation, and by a step of a BPMN process. */
const TRANSFORMED = 'airframe-specification';
const BY_PROCESS = 'power-system-handbook';

/** An instruction as rows/instructions.yaml has it. */
export type Instruction = Readonly<Record<'key' | 'title' | 'description' | 'command' | 'method' | 'endpoint' | 'category', string>>;

/** Points that stand for no rows; ODRAS numbers them from 0. */
export const instructionPoints = (instructions: readonly Instruction[]): DemoPoint[] =>
  instructions.map(({ key, title, description, command, method, endpoint, category }, id) => {
    const content = `${title}\n${description}`;
    const of = { title, description, command_template: command, api_endpoint: endpoint, http_method: method, category, content };
    return { collection: 'das_instructions', id, text: content, payload: { instruction_id: key, ...of, parameters: {} } };
  });

/** Points as ODRAS writes them, beside those that the gateway makes of rows. Vectors and model are the gateway's own. */
export const odrasPoints = (tables: readonly DemoTable[], keys: Keys): DemoPoint[] => {
  const rows = new Map(tables.map(({ table, rows: all }) => [table, all]));
  const of = (table: string): readonly Row[] => rows.get(table) ?? [];
  const docs = new Map(of('doc').map((row) => [row['doc_id'], row]));
  const assets = new Map(of('knowledge_assets').map((row) => [row['id'], row]));
  /** A point under the key of its row. */
  const named = (collection: string, table: string, key: string, text: string, payload: (row: Row) => Row): DemoPoint[] =>
    of(table).flatMap((row) =>
      typeof row[text] === 'string' ? [{ collection, table, id: row[key] as string, text: row[text], payload: payload(row) }] : [],
    );
  /** A point under an id of its own, which ODRAS saves in the row. */
  const chunk = (row: Row, title: unknown, payload: Row): DemoPoint => ({
    collection: 'knowledge_chunks',
    table: 'knowledge_chunks',
    id: keys.id('point', row['id'] as string),
    text: row['content'] as string,
    savedIn: row['id'] as string,
    payload: { asset_id: row['asset_id'], document_type: 'document', source_asset: title, ...payload },
  });
  return [
    ...named('knowledge_chunks', 'doc_chunk', 'chunk_id', 'text', (row) => ({
      ...pick(row, 'chunk_id', 'doc_id', 'chunk_index', 'start_char', 'end_char', 'created_at'),
      ...pick(docs.get(row['doc_id'])!, 'project_id', 'version'),
      asset_id: row['doc_id'],
      document_type: 'document',
      sql_first: true,
    })),
    ...of('knowledge_chunks').flatMap((row) => {
      const asset = assets.get(row['asset_id'])!;
      const iri = String(asset['iri']);
      const project_id = asset['project_id'];
      if (iri.endsWith(`/${TRANSFORMED}`))
        return [
          chunk(row, asset['title'], {
            ...pick(row, 'chunk_type', 'sequence_number', 'token_count'),
            chunk_id: row['id'],
            project_id,
            text: row['content'],
            content_preview: String(row['content']).slice(0, 100),
          }),
        ];
      if (iri.endsWith(`/${BY_PROCESS}`))
        return [
          chunk(row, row['asset_id'], {
            project_id,
            content: row['content'],
            chunk_sequence: row['sequence_number'],
            metadata: row['metadata'],
          }),
        ];
      return [];
    }),
    ...named('das_knowledge', 'das_knowledge_chunks', 'chunk_id', 'content', (row) => ({
      ...pick(row, 'chunk_id', 'knowledge_type', 'domain'),
      chunk_index: row['sequence_number'],
      sql_first: true,
    })),
    ...named('system_index', 'system_index_vectors', 'vector_id', 'content', (row) => ({
      ...pick(row, 'vector_id', 'index_id', 'sequence_number'),
      sql_first: true,
    })),
    ...named('project_threads', 'project_thread', 'project_thread_id', 'goals', (row) => ({
      ...pick(row, 'project_thread_id', 'project_id', 'created_by', 'created_at'),
      item_id: row['project_thread_id'],
      kind: 'project_thread',
      sql_first: true,
    })),
    ...named('project_threads', 'project_event', 'event_id', 'semantic_summary', (row) => ({
      ...pick(row, 'event_id', 'project_thread_id', 'project_id', 'event_type', 'created_at'),
      sql_first: true,
    })),
    ...named('project_threads', 'chat_message', 'message_id', 'content', (row) => ({
      ...pick(row, 'message_id', 'session_id', 'project_id', 'role', 'created_at'),
      item_id: row['message_id'],
      kind: 'message',
    })),
  ];
};

/** The values that are there. */
const pick = (row: Row, ...names: string[]): Row =>
  Object.fromEntries(names.flatMap((name) => ((row[name] ?? null) === null ? [] : [[name, row[name]]])));
