/** What a mutation writes, read from its arguments and checked, before anything is asked of a store. */
import type { Column } from '../model/columns.js';
import type { JoinField } from '../model/fields.js';
import type { TableType } from '../model/types.js';
import type { Predicate } from '../predicate/types.js';

/** A `where` somewhere in the arguments; the conditions of other stores in it are answered before the transaction. */
export interface Condition {
  readonly type: TableType;
  readonly where: Predicate;
}

/** A lookup of rows to refer to: `columns` of those that match. */
export interface Connect {
  readonly condition: Condition;
  /** For a to-one join the referenced column; for a to-many join the key. */
  readonly columns: readonly Column[];
  /** Whether it may match several. */
  readonly many: boolean;
  /** Where it stands: "input[0].project.connect". */
  readonly place: string;
}

/** The value of a column. */
export type Cell =
  | { readonly kind: 'value'; readonly column: Column; readonly value: unknown }
  | { readonly kind: 'connect'; readonly column: Column; readonly connect: Connect }
  /** The column `of` of a row that is created first. */
  | { readonly kind: 'create'; readonly column: Column; readonly row: RowPlan; readonly of: Column };

/** A row to create, with the rows of its to-many joins. */
export interface RowPlan {
  readonly type: TableType;
  readonly cells: readonly Cell[];
  readonly lists: readonly ListPlan[];
}

/** The operations on a to-many join of a row to create. */
export interface ListPlan {
  readonly field: JoinField;
  readonly rows: readonly RowPlan[];
  readonly connects: readonly Connect[];
}

/** One operation on a column. */
export interface Change {
  readonly column: Column;
  readonly operator: string;
  readonly value: unknown;
}

/** The changes to each row of an update. */
export interface UpdatePlan {
  readonly type: TableType;
  readonly changes: readonly Change[];
  readonly references: readonly { readonly field: JoinField; readonly cell: Cell }[];
  /** Updates of the rows that to-one joins lead to. */
  readonly targets: readonly NestedUpdate[];
  readonly lists: readonly ListUpdatePlan[];
}

export interface NestedUpdate {
  readonly field: JoinField;
  readonly condition: Condition;
  readonly plan: UpdatePlan;
}

export interface ListUpdatePlan extends ListPlan {
  readonly updates: readonly NestedUpdate[];
  readonly disconnects: readonly Condition[];
  readonly deletes: readonly NestedDelete[];
}

/** The rows that a delete removes along with each of its rows. */
export interface DeletePlan {
  readonly type: TableType;
  readonly nested: readonly NestedDelete[];
}

export interface NestedDelete {
  readonly field: JoinField;
  readonly condition: Condition;
  readonly plan: DeletePlan;
}

interface Planned {
  /** Name of the mutation field, for messages. */
  readonly name: string;
  readonly type: TableType;
  readonly conditions: readonly Condition[];
  readonly connects: readonly Connect[];
}

export type MutationPlan = Planned &
  (
    | { readonly kind: 'create'; readonly rows: readonly RowPlan[] }
    | {
        readonly kind: 'upsert';
        readonly rows: readonly RowPlan[];
        /** The columns by which an existing row is found. */
        readonly by: readonly Column[];
        /** For each row the token it must have; absent without ifMatch. */
        readonly tokens: readonly (string | undefined)[];
      }
    | { readonly kind: 'update'; readonly condition: Condition; readonly update: UpdatePlan; readonly token: string | undefined }
    | { readonly kind: 'delete'; readonly condition: Condition; readonly delete: DeletePlan; readonly token: string | undefined }
  );
