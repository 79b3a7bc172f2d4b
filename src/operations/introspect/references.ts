import { sameFamily } from '../../model/verify.js';
import { isSame, type LiveColumn, type LiveReference, type LiveTable } from './catalog.js';
import { nameOf } from './domains.js';

/** A foreign key that is one column here and one there, as @join takes it. */
export interface SimpleReference {
  readonly from: LiveColumn;
  readonly target: LiveTable;
  readonly to: LiveColumn;
  /** Whether a row that refers to another always finds it. */
  readonly isValid: boolean;
  /** Name of the target's column, where it is not its key. */
  readonly toName: string | undefined;
  /** The type to say of the referring column; undefined if it is that of the key. */
  readonly type: string | undefined;
}

/** The foreign keys of a table that a join can follow; `refused` is told of the others, and why. */
export const simpleReferences = (
  table: LiveTable,
  tables: ReadonlyMap<string, LiveTable>,
  isShown: (table: LiveTable, column: LiveColumn) => boolean,
  refused: (reference: LiveReference, why: string) => void,
): SimpleReference[] => {
  const found: SimpleReference[] = [];
  for (const reference of table.references) {
    const target = tables.get(nameOf({ schema: reference.schema, name: reference.table }));
    if (!target) {
      refused(reference, `${reference.schema}.${reference.table} is not in the schema`);
      continue;
    }
    // Of several columns, one may be enough to find the row.
    const index = reference.targets.findIndex((name) => isSame(target.key, [name]) || target.unique.some((set) => isSame(set, [name])));
    if (index < 0) {
      refused(reference, '@join takes one column');
      continue;
    }
    const from = table.columns.find(({ name }) => name === reference.columns[index])!;
    const to = target.columns.find(({ name }) => name === reference.targets[index])!;
    if (found.some((other) => other.from === from && other.target === target && other.to === to)) continue;
    if (!isShown(table, from) || !isShown(target, to)) {
      refused(reference, 'it is left out');
      continue;
    }
    const isKey = isSame(target.key, [to.name]);
    const isLike = sameFamily(from.sqlType, to.sqlType);
    if (!isKey && !isLike) {
      refused(reference, `its columns are ${from.sqlType} and ${to.sqlType}`);
      continue;
    }
    found.push({
      from,
      target,
      to,
      isValid: reference.isValid,
      toName: isKey ? undefined : to.name,
      // A column that no field shows is taken to be of the key's type.
      type: isKey && isLike ? undefined : from.sqlType,
    });
  }
  return found;
};
