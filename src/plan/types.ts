import type { GraphPart } from '../graph/part.js';
import type { GraphValue } from '../graph/value.js';
import type { RowWriter } from '../sql/row-json.js';
import type { Run } from '../predicate/deferred.js';
import type { TableType } from '../model/types.js';
import type { TextRow } from '../stores/types.js';

/** A compiled query: the requests to the stores, and how to write the answer. */
export interface OperationPlan {
  readonly levels: readonly PlannedLevel[];
  readonly roots: readonly PlannedRoot[];
}

/** The text before a root's value, and the value: a flat list of a part's rows, written as they arrive, or a value of the whole answer. */
export type PlannedRoot = { readonly prefix: string } & PlannedValue;

export type PlannedValue =
  | { readonly flat: () => PlannedPart; readonly list?: undefined; readonly write?: undefined }
  | { readonly flat?: undefined; readonly list: () => PlannedPart; readonly write?: undefined }
  | { readonly flat?: undefined; readonly list?: undefined; readonly write: ValueWriter };

/** The requests of one level: its statements, which run one after the other, and its parts of the graph. */
export interface PlannedLevel {
  readonly statements: readonly PlannedStatement[];
  readonly graph: readonly PlannedGraph[];
}

/** A statement of one or more parts. */
export interface PlannedStatement {
  readonly text: string;
  /** Equal for equal texts. */
  readonly name: string;
  /** Parameters in order; some are Deferred. */
  readonly values: readonly unknown[];
  /** With several parts, each row begins with the part's index and its ordinal. */
  readonly parts: readonly PlannedPart[];
}

export interface PlannedPart {
  readonly kind: 'rows';
  /** Its rows are a root's list without nested lists: each can be written as it arrives, and then dropped. */
  readonly isFlat: boolean;
  /** Whether its rows are the lists of a parent's rows. */
  readonly isChild: boolean;
  /** Position of the ordinal in a row. */
  readonly ordinal: number;
  readonly write: RowWriter;
  /** Position of the number of matching rows, where a page carries it. */
  readonly total: number | undefined;
  /** Positions of the cursor's values in a row. */
  readonly cursor: readonly number[];
  /** The to-many joins of the rows, their connections and the fields of the graph, each with the position of its column or key. */
  readonly children: readonly { readonly position: number; readonly child: PlannedPart | PlannedConnection | PlannedGraph }[];
}

/** A connection of each row of a level. */
export interface PlannedConnection {
  readonly kind: 'connection';
  readonly parts: readonly PlannedPart[];
  readonly write: (answer: PlanAnswer, ordinal: number) => string;
}

/** A field from the graph: a root, or a field of rows. */
export interface PlannedGraph {
  readonly kind: 'graph';
  /** Type of the rows, for a field of rows. */
  readonly owner: TableType | undefined;
  readonly part: (run: Run) => GraphPart;
  /** The field's value in the answer of the graph. */
  readonly valueIn: (given: unknown) => unknown;
  readonly value: GraphValue;
  /** The parts of the rows that the value leads to. */
  readonly rows: readonly PlannedPart[];
}

/** The results of the statements, for writers. */
export interface PlanAnswer {
  readonly run: Run;
  rows(part: PlannedPart): readonly TextRow[];
  /** The indices of an owner's rows; all rows where the part has no parents. */
  owned(part: PlannedPart, ordinal: number): readonly number[];
  /** Each row of a part as JSON with its lists, or each value from the graph. */
  texts(part: PlannedPart | PlannedGraph): readonly string[];
  /** @throws GatewayError ANSWER_TOO_LARGE */
  checkLength(text: string): void;
}

export type ValueWriter = (answer: PlanAnswer) => string;
