import { createHash } from 'node:crypto';
import { parse } from 'yaml';
import type { Keys } from './graph.js';
import type { DemoChunk, DemoDocument, DemoTable, Front, Row } from './types.js';

/** When the one file that is gone went. */
export const ORPHANED_AT = '2026-01-15T09:00:00Z';
const TOKENS_PER_WORD = 4 / 3;

/** Front matter in YAML, then blocks with an empty line between; a block is a chunk, a heading is not. */
export const parseDocument = (path: string, text: string): DemoDocument => {
  const parts = /^---\n(.*?)\n---\n(.*)$/s.exec(text);
  if (!parts) throw new Error(`${path}: it does not start with front matter between two lines of "---".`);
  const [, front = '', body = ''] = parts;
  const chunks: DemoChunk[] = [];
  let section = '';
  for (const block of body.split(/\n\s*\n/)) {
    const lines = block.trim().split('\n');
    while (lines[0]?.startsWith('#')) section = lines.shift()?.replace(/^#+\s*/, '') ?? '';
    const content = lines.filter((line, index) => index < lines.length - 1 || !isLinks(line)).join('\n');
    const place = `${path}, chunk ${chunks.length}`;
    const links = parseLinks(lines.at(-1) ?? '', place);
    if (content !== '') chunks.push({ type: chunkType(content), section, content, ...links });
    else if (lines.length > 0 && lines[0] !== '') throw new Error(`${place}: a line of links needs a text above it.`);
  }
  return {
    key: path.replace(/^.*\//, '').replace(/\.md$/, ''),
    place: path,
    sha256: createHash('sha256').update(text).digest('hex'),
    front: parse(front) as Front,
    chunks,
  };
};

const isLinks = (line: string): boolean => line.startsWith('{') && line.endsWith('}');

const chunkType = (content: string): DemoChunk['type'] => (content.startsWith('- ') ? 'list' : content.startsWith('|') ? 'table' : 'text');

/** "{requirements: PRG-001, PRG-004; components: lidar}"; no links in any other line. */
const parseLinks = (line: string, place: string): Pick<DemoChunk, 'requirements' | 'components' | 'processes'> => {
  const links = { requirements: [] as string[], components: [] as string[], processes: [] as string[] };
  if (!isLinks(line)) return links;
  for (const part of line.slice(1, -1).split(';')) {
    const [name = '', list = ''] = part.split(':').map((word) => word.trim());
    if (name !== 'requirements' && name !== 'components' && name !== 'processes')
      throw new Error(`${place}: links cannot lead to "${name}".`);
    links[name].push(...list.split(',').map((key) => key.trim()));
  }
  return links;
};

/** @param site what IRIs start with */
export const documentTables = (documents: readonly DemoDocument[], keys: Keys, site: string): DemoTable[] => {
  const files: Row[] = [];
  const assets: Row[] = [];
  const chunks: Row[] = [];
  const relationships: Row[] = [];
  for (const { key, place, sha256, front, ...document } of documents) {
    const project_id = keys.refer('project', front.project, place);
    const user = keys.refer('user', front.createdBy, place);
    const isPublic = front.public === true;
    const fileId = keys.file(key, place);
    const assetId = keys.asset(key, place);
    if (fileId !== null) {
      files.push({
        id: fileId,
        project_id,
        filename: front.file,
        original_filename: front.file,
        content_type: front.contentType,
        file_size: front.size,
        storage_backend: 'local',
        storage_path: `documents/${front.file}`,
        hash_sha256: sha256,
        metadata: { visibility: isPublic ? 'public' : 'project' },
        tags: {},
        iri: `${site}/files/${key}`,
        created_at: front.created,
        updated_at: front.created,
        created_by: user,
        status: 'processed',
      });
    }
    assets.push({
      id: assetId,
      source_file_id: fileId,
      project_id,
      title: front.title,
      document_type: front.type,
      content_summary: front.summary,
      metadata: {},
      iri: `${site}/knowledge/${key}`,
      created_at: front.created,
      updated_at: front.orphaned === undefined ? front.created : ORPHANED_AT,
      version: '1.0.0',
      status: 'active',
      processing_stats: { chunks: document.chunks.length },
      is_public: isPublic,
      made_public_at: isPublic ? front.created : null,
      made_public_by: isPublic ? user : null,
      traceability_status: front.orphaned === undefined ? 'linked' : 'orphaned',
      orphaned_at: front.orphaned === undefined ? null : ORPHANED_AT,
      orphaned_reason: front.orphaned ?? null,
    });
    for (const [sequence, { type, section, content }] of document.chunks.entries()) {
      chunks.push({
        id: keys.id('chunk', key, sequence),
        asset_id: assetId,
        sequence_number: sequence,
        chunk_type: type,
        content,
        token_count: Math.round(content.split(/\s+/).length * TOKENS_PER_WORD),
        metadata: { section },
        embedding_model: null,
        qdrant_point_id: null,
        created_at: front.created,
      });
    }
    for (const { to, type, confidence } of front.relations ?? []) {
      relationships.push({
        id: keys.id('relation', key, to, type),
        source_asset_id: assetId,
        target_asset_id: keys.asset(to, `${place}, relations`),
        relationship_type: type,
        confidence_score: confidence,
        metadata: {},
        created_at: front.created,
      });
    }
  }
  return [
    { table: 'files', rows: files },
    { table: 'knowledge_assets', rows: assets },
    { table: 'knowledge_chunks', rows: chunks },
    { table: 'knowledge_relationships', rows: relationships },
  ];
};
