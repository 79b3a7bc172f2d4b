import { tableType, type FieldPlan, type Model, type TableType } from '../model/types.js';
import type { Order } from './order.js';
import type { Owners } from './per-parent.js';
import { ALL, type Where } from './where.js';

/**
 * The words of an order that can decide: none behind those that tell all rows apart already, which are the columns of a
 * unique rule, named by the order or the same in all rows. An index on them then gives the rows as they are wanted.
 */
export const decisive = (
  model: Model,
  type: TableType,
  orders: readonly Order[],
  where: Where,
  owners: Owners | undefined,
): readonly Order[] => {
  const told = new Set(fixedColumns(model, type, where));
  // Each owner's list is an order of its own.
  if (owners?.kind === 'joined') told.add(owners.field.to.name);
  const isTold = (columns: readonly string[]) => columns.length > 0 && columns.every((name) => told.has(name));
  const rules = [type.table.key.map(({ name }) => name), ...type.table.unique];
  const end = orders.findIndex(({ path, by, nullable }) => {
    // A unique rule lets nulls be, as many as there are.
    if (path.length === 0 && 'column' in by && !nullable) told.add(by.column.name);
    return rules.some(isTold);
  });
  return end === -1 ? orders : orders.slice(0, end + 1);
};

/** Columns that have one value in all rows that pass. */
const fixedColumns = (model: Model, type: TableType, where: Where): string[] =>
  Object.entries(where ?? {}).flatMap(([name, condition]): string[] => {
    if (condition === null || condition === undefined) return [];
    if (name === 'AND' || name === ALL) return (condition as Where[]).flatMap((part) => fixedColumns(model, type, part));
    const field: FieldPlan | undefined = type.fields.get(name);
    if (field?.kind === 'column') return isSet((condition as { readonly eq?: unknown }).eq) && !field.list ? [field.column.name] : [];
    if (field?.kind !== 'join' || field.list || field.from.sqlType !== field.to.sqlType) return [];
    return fixedColumns(model, tableType(model, field.target), condition as Where).includes(field.to.name) ? [field.from.name] : [];
  });

const isSet = (value: unknown): boolean => value !== null && value !== undefined;
