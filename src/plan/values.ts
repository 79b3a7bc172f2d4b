import type { Draft, FieldDraft } from './levels.js';
import type { ObjectRow, PlannedValue, PlanObjects, ValueWriter } from './types.js';

/** A value that is written from the whole answer. */
export type WrittenValue = Extract<PlannedValue, { readonly write: ValueWriter }>;

/** The value of a field that is asked for once. */
export const onlyValue = (draft: FieldDraft): WrittenValue => ({
  write: (answer) => answer.texts(draft.planned!)[0]!,
  read: (objects) => {
    const values = objects.values(draft.planned!);
    return values instanceof Error ? values : values[0];
  },
});

/** What the rows of a part show, or why there are none. */
export const rowsIn = (objects: PlanObjects, draft: Draft, show: (rows: readonly ObjectRow[]) => unknown): unknown => {
  const rows = objects.owned(draft.planned!, 0);
  return rows instanceof Error ? rows : show(rows);
};

export const refused = (error: Error): WrittenValue => ({
  write: () => {
    throw error;
  },
  read: () => error,
});
