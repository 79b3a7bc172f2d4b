import { GatewayError } from '../errors.js';
import type { Column } from '../model/columns.js';
import type { ColumnField, JoinField } from '../model/fields.js';
import type { TableType } from '../model/types.js';
import { directionOf, type Direction } from './order.js';
import { checkSortWords } from './sort-words.js';

/** A sort key of groups: a value of the key, or an aggregate. */
export type GroupOrder = Direction & {
  readonly by: { readonly column: Column } | { readonly field: ColumnField | undefined; readonly word: string };
};

interface GroupSort {
  readonly count?: string | null;
  readonly key?: Readonly<Record<string, string | null>> | null;
  readonly node?: Readonly<Record<string, Readonly<Record<string, string | null>> | null>> | null;
}

/**
 * The argument `sort` of `groupBy`; without it the largest group comes first.
 *
 * @throws GatewayError BAD_INPUT where it names a field that the rows are not grouped by
 */
export const groupOrders = (type: TableType, by: readonly (ColumnField | JoinField)[], sort: unknown): GroupOrder[] => {
  checkSortWords('groupBy', sort);
  const orders = ((sort ?? []) as GroupSort[]).flatMap(({ count, key, node }): GroupOrder[] => [
    ...(count ? [{ by: { field: undefined, word: 'nodes' }, ...directionOf(count) }] : []),
    ...given(key).map(([name, direction]) => ({ by: { column: columnOf(groupedField(by, name)) }, ...directionOf(direction) })),
    ...given(node).flatMap(([name, words]) =>
      given(words).map(([word, direction]) => ({ by: { field: type.fields.get(name) as ColumnField, word }, ...directionOf(direction) })),
    ),
  ]);
  return orders.length > 0 ? orders : [{ by: { field: undefined, word: 'nodes' }, ...directionOf('DESC') }];
};

const given = <T>(words: Readonly<Record<string, T | null>> | null | undefined): [string, T][] =>
  Object.entries(words ?? {}).filter((query): query is [string, T] => query[1] !== null && query[1] !== undefined);

/** The column of a key's value; for a to-one join, the column that refers to the row. */
export const columnOf = (field: ColumnField | JoinField): Column => (field.kind === 'column' ? field.column : field.from);

const groupedField = (by: readonly (ColumnField | JoinField)[], name: string): ColumnField | JoinField => {
  const field = by.find((each) => each.name === name);
  if (field) return field;
  throw new GatewayError('BAD_INPUT', {
    argument: 'sort',
    field: 'groupBy',
    detail: `expected a key that is grouped by (${by.map((each) => each.name).join(', ')}), but got ${name}. Add it to fields`,
  });
};
