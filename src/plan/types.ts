import type { Run } from '../predicate/deferred.js';
import type { Selection } from '../query/selection.js';
import type { ReadStores } from '../remote/types.js';
import type { Part } from '../sql/layout.js';
import type { Order } from '../sql/order.js';
import type { RowQuery } from '../sql/read.js';
import type { Row } from '../sql/row.js';
import type { RowWriter } from '../sql/row-json.js';
import type { StoreKind, TextRow } from '../stores/types.js';
import type { Lead } from './leads.js';
import type { Value } from './value.js';

/** A query as the requests to the stores, and how to write the answer. */
export interface OperationPlan {
  readonly levels: readonly PlannedLevel[];
  readonly roots: readonly PlannedRoot[];
  /** Whether an argument is refused: then the answer has an error in its place. */
  readonly isRefused: boolean;
}

/** A root field: the text before its value, and its value. */
export type PlannedRoot = { readonly responseKey: string; readonly prefix: string } & PlannedValue;

/** A value of the answer, as JSON and as objects. */
export type PlannedValue = {
  readonly read: (objects: PlanObjects) => unknown;
} & (
  | {
      /** A flat list of a part's rows, written as they arrive. */ readonly flat: () => PlannedPart;
      readonly list?: undefined;
      readonly write?: undefined;
    }
  | { readonly flat?: undefined; readonly list: () => PlannedPart; readonly write?: undefined }
  | { readonly flat?: undefined; readonly list?: undefined; readonly write: ValueWriter }
);

/** The requests of one level: its statements, which run one after the other, and the fields that other stores answer. */
export interface PlannedLevel {
  readonly statements: readonly PlannedStatement[];
  readonly fields: readonly PlannedField[];
}

/** A statement of one or more parts. With several, each row begins with the part's index and its ordinal. */
export interface PlannedStatement {
  readonly parts: readonly PlannedPart[];
  /** Undefined where a part is open: the statement is written when the plan runs. */
  readonly written: WrittenStatement | undefined;
}

export interface WrittenStatement {
  readonly text: string;
  /** Equal for equal texts; undefined for one that is not worth preparing in the database. */
  readonly name: string | undefined;
  /** Parameters in order; some are Deferred. */
  readonly values: readonly unknown[];
}

export interface PlannedPart {
  readonly kind: 'rows';
  /** Its field, for explain: the name in the response of a nested list, or of its type. */
  readonly field: string;
  readonly selection: Selection;
  readonly query: RowQuery;
  readonly part: Part;
  /** Whether other stores must answer a part of its query first, or whether it may be left out for want of keys. */
  readonly isOpen: boolean;
  /** Its rows are a root's list without nested lists: each can be written as it arrives, and then dropped. */
  readonly isFlat: boolean;
  /** Whether its rows are the lists of a parent's rows. */
  readonly isChild: boolean;
  /** Position of the ordinal in a row. */
  readonly ordinal: number;
  /** Position of its first value in a row. */
  readonly first: number;
  readonly write: RowWriter;
  /** The to-many joins of the rows, their connections and the fields of other stores, each with the position of its column or key. */
  readonly children: readonly { readonly position: number; readonly child: PlannedChild }[];
}

export type PlannedChild = PlannedPart | PlannedConnection | PlannedField | PlannedRefusal;

/** A field whose arguments are refused. */
export interface PlannedRefusal {
  readonly kind: 'refusal';
  readonly error: Error;
}

/** A connection of each row of a level. */
export interface PlannedConnection {
  readonly kind: 'connection';
  readonly parts: readonly PlannedPart[];
  readonly write: (answer: PlanAnswer, ordinal: number) => string;
  readonly read: (objects: PlanObjects, ordinal: number) => object;
}

/** A field that other stores answer: a root, or a field of rows and nodes. */
export interface FieldSource {
  /** Its path in the schema, for explain: `Query.search`. */
  readonly name: string;
  readonly store: StoreKind;
  /** Whether it is asked for keys: those of the rows or nodes that have it. */
  readonly isKeyed: boolean;
  /** The value of each key, or the only value. */
  readonly ask: (stores: ReadStores, run: Run, keys: readonly string[]) => Promise<readonly unknown[]>;
  readonly value: Value;
  readonly leads: readonly Lead[];
}

export interface PlannedField extends Omit<FieldSource, 'leads'> {
  readonly kind: 'field';
  readonly leads: readonly PlannedLead[];
}

/** Where the rows or nodes of a lead come from. */
export type PlannedLead = Lead & { readonly from: PlannedPart | PlannedField | PlannedRefusal };

/** A part's order, and the positions of its values in a row. */
export interface PartOrder {
  readonly orders: readonly Order[];
  readonly cursor: readonly number[];
  /** Position of the number of matching rows, where a page carries it. */
  readonly total: number | undefined;
}

/** The results of the statements, for writers. */
export interface PlanAnswer {
  readonly run: Run;
  rows(part: PlannedPart): readonly TextRow[];
  orderOf(part: PlannedPart): PartOrder;
  /** The indices of a parent's rows; all rows where the part has no parents. */
  owned(part: PlannedPart, ordinal: number): readonly number[];
  /** Each row of a part as JSON with its lists, or each value of a field. */
  texts(part: PlannedPart | PlannedField): readonly string[];
  /** @throws GatewayError ANSWER_TOO_LARGE */
  checkLength(text: string): void;
}

export type ValueWriter = (answer: PlanAnswer) => string;

/** A row of a part as an object, with its cursor's values, and the number of all matching rows where a page carries it. */
export interface ObjectRow {
  readonly row: Row;
  readonly cursor: readonly (string | null)[];
  readonly total: number | undefined;
}

/** The results of the statements as objects by the names of the response: errors stand where there is no answer. */
export interface PlanObjects {
  readonly run: Run;
  /** The rows of a part: all, or those of a parent. */
  owned(part: PlannedPart, ordinal: number): readonly ObjectRow[] | Error;
  ordersOf(part: PlannedPart): readonly Order[];
  /** The values of a field, for each of its keys. */
  values(field: PlannedField): readonly unknown[] | Error;
}
