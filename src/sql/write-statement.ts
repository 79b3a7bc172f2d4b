import type { TableType } from '../model/types.js';

/** A statement whose rows are the texts of `columns`, in order. */
export interface WriteStatement {
  readonly type: TableType;
  readonly text: string;
  readonly values: readonly unknown[];
  readonly columns: readonly string[];
  /** What the caller may not do where a row says so in MAY_BE. */
  readonly refuses?: 'create' | 'update' | 'delete';
}
