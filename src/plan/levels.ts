import { createHash } from 'node:crypto';
import { rowWriter } from '../sql/row-json.js';
import { byStatement, unionParts } from '../sql/read.js';
import type { Part } from '../sql/layout.js';
import type { Limits } from '../query/limits.js';
import type { PlannedConnection, PlannedGraph, PlannedLevel, PlannedPart, PlannedStatement } from './types.js';
import { Statement } from '../sql/statement.js';

/** A part before its level is complete: the positions of its values in a row are not known before. */
export interface Draft {
  readonly part: Part;
  readonly children: (Draft | ConnectionDraft | GraphDraft)[];
  isFlat?: boolean;
  planned?: PlannedPart;
}

export interface ConnectionDraft {
  readonly parts: readonly Draft[];
  readonly write: PlannedConnection['write'];
  planned?: PlannedConnection;
}

export interface GraphDraft {
  readonly field: Omit<PlannedGraph, 'kind' | 'rows'>;
  readonly rows: Draft[];
  planned?: PlannedGraph;
}

export interface DraftLevel {
  readonly parts: Draft[];
  readonly graph: GraphDraft[];
}

/** The levels, lower ones first, since a part contains the parts of its children. */
export const planLevels = (levels: readonly DraftLevel[], limits: Limits): PlannedLevel[] =>
  [...levels]
    .reverse()
    .map(({ parts, graph }) => ({ statements: byStatement(parts).map((some) => planStatement(some, limits)), graph: graph.map(planGraph) }))
    .reverse();

const planGraph = (draft: GraphDraft): PlannedGraph =>
  (draft.planned = { kind: 'graph', ...draft.field, rows: draft.rows.map((rows) => rows.planned!) });

const planStatement = (drafts: readonly Draft[], { maxRequestRows }: Limits): PlannedStatement => {
  const statement = new Statement();
  const parts = drafts.map(({ part }) => part);
  const whole = drafts.length > 1 ? unionParts(parts, statement) : parts[0]!.toSql(statement);
  // One row beyond the limit of a request shows that there are too many. A root's list has its own limit.
  const text = drafts.length > 1 || parts[0]!.ordinal ? `${whole} LIMIT ${maxRequestRows + 1}` : whole;
  for (const draft of drafts) {
    const { part } = draft;
    const first = drafts.length > 1 ? 2 : part.ordinal ? 1 : 0;
    draft.planned = {
      kind: 'rows',
      isFlat: draft.isFlat === true,
      isChild: part.ordinal,
      ordinal: first - 1,
      write: rowWriter(part.layout, first),
      total: part.total === undefined ? undefined : first + part.total,
      cursor: part.cursor.map((position) => first + position),
      children: part.children.map(({ position }, index) => ({ position: first + position, child: plannedChild(draft.children[index]!) })),
    };
  }
  return {
    text,
    name: `odras_${createHash('sha256').update(text).digest('base64url').slice(0, 22)}`,
    values: statement.values,
    parts: drafts.map((draft) => draft.planned!),
  };
};

const plannedChild = (draft: Draft['children'][number]): PlannedPart | PlannedConnection | PlannedGraph =>
  'write' in draft
    ? (draft.planned = { kind: 'connection', parts: draft.parts.map(({ planned }) => planned!), write: draft.write })
    : draft.planned!;
