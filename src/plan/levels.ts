import { createHash } from 'node:crypto';
import { GatewayError } from '../errors.js';
import type { Limits } from '../query/limits.js';
import type { Selection } from '../query/selection.js';
import type { Part } from '../sql/layout.js';
import { byStatement, unionParts, type RowQuery } from '../sql/read.js';
import { rowWriter } from '../sql/row-json.js';
import { Statement } from '../sql/statement.js';
import type { Lead } from './leads.js';
import type {
  FieldSource,
  PlannedChild,
  PlannedConnection,
  PlannedField,
  PlannedLevel,
  PlannedPart,
  PlannedRefusal,
  PlannedStatement,
  WrittenStatement,
} from './types.js';

/** A part before its level is complete: the positions of its values in a row are not known before. */
export interface Draft {
  readonly field: string;
  readonly selection: Selection;
  readonly query: RowQuery;
  readonly part: Part;
  readonly isOpen: boolean;
  readonly children: (Draft | ConnectionDraft | FieldDraft | PlannedRefusal)[];
  isFlat?: boolean;
  planned?: PlannedPart;
}

export interface ConnectionDraft {
  readonly parts: readonly Draft[];
  readonly write: PlannedConnection['write'];
  readonly read: PlannedConnection['read'];
  planned?: PlannedConnection;
}

export interface FieldDraft {
  readonly source: FieldSource;
  readonly leads: (Lead & { readonly from: Draft | FieldDraft | PlannedRefusal })[];
  planned?: PlannedField;
}

export interface DraftLevel {
  readonly parts: Draft[];
  readonly fields: FieldDraft[];
}

/** The levels, lower ones first, since a part contains the parts of its children. */
export const planLevels = (levels: readonly DraftLevel[], limits: Limits): PlannedLevel[] =>
  [...levels]
    .reverse()
    .map(({ parts, fields }) => ({
      statements: byStatement(parts).map((some) => planStatement(some, limits)),
      fields: fields.map(planField),
    }))
    .reverse();

const planField = (draft: FieldDraft): PlannedField =>
  (draft.planned = {
    kind: 'field',
    ...draft.source,
    leads: draft.leads.map(({ from, ...lead }) => ({ ...lead, from: 'kind' in from ? from : from.planned! })),
  });

const planStatement = (drafts: readonly Draft[], limits: Limits): PlannedStatement => {
  const isUnion = drafts.length > 1;
  const parts = drafts.map(({ part }) => part);
  for (const draft of drafts) {
    const { field, part, children, selection, query, isOpen } = draft;
    const first = isUnion ? UNION_FIRST : part.ordinal ? 1 : 0;
    draft.planned = {
      kind: 'rows',
      field,
      selection,
      query,
      part,
      isOpen,
      isFlat: draft.isFlat === true,
      isChild: part.ordinal,
      ordinal: first - 1,
      first,
      write: isOpen ? lateWriter(part, first) : rowWriter(part.layout, first),
      children: part.children.map(({ position }, index) => ({ position: first + position, child: plannedChild(children[index]!) })),
    };
  }
  return {
    parts: drafts.map((draft) => draft.planned!),
    written: drafts.some(({ isOpen }) => isOpen) ? undefined : unlessRefused(() => named(writeStatement(parts, isUnion, limits))),
  };
};

/** In a statement of several parts, each row begins with the part's index and its ordinal. */
const UNION_FIRST = 2;

/** Whether a part shares its statement with others. */
export const isOfUnion = ({ first }: PlannedPart): boolean => first === UNION_FIRST;

/** Compiled when it is called: of a union's types most have no rows. */
const lateWriter = ({ layout }: Part, first: number): PlannedPart['write'] => {
  let write: PlannedPart['write'] | undefined;
  return (values, row, children) => (write ??= rowWriter(layout, first))(values, row, children);
};

/** Nothing for a statement of which a part is refused: which one, and why, comes out when it is asked for. */
const unlessRefused = (write: () => WrittenStatement): WrittenStatement | undefined => {
  try {
    return write();
  } catch (error) {
    if (error instanceof GatewayError) return undefined;
    throw error;
  }
};

/** One statement of these parts. @param isUnion whether each row begins with the part's index and its ordinal */
export const writeStatement = (parts: readonly Part[], isUnion: boolean, { maxRequestRows }: Limits): Omit<WrittenStatement, 'name'> => {
  const statement = new Statement();
  const whole = isUnion ? unionParts(parts, statement) : parts[0]!.toSql(statement);
  // One row beyond the limit of a request shows that there are too many. A root's list has its own limit.
  const text = isUnion || parts[0]!.ordinal ? `${whole} LIMIT ${maxRequestRows + 1}` : whole;
  return { text, values: statement.values };
};

/** A statement that the database may keep prepared. */
export const named = (statement: Omit<WrittenStatement, 'name'>): WrittenStatement => ({
  ...statement,
  name: `odras_${createHash('sha256').update(statement.text).digest('base64url').slice(0, 22)}`,
});

const plannedChild = (draft: Draft['children'][number]): PlannedChild => {
  if ('kind' in draft) return draft;
  if (!('write' in draft)) return draft.planned!;
  const { parts, write, read } = draft;
  return (draft.planned = { kind: 'connection', parts: parts.map(({ planned }) => planned!), write, read });
};
