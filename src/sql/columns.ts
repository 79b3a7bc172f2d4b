import type { Column } from '../model/columns.js';
import { tableTypes, type Model, type TableType } from '../model/types.js';

/** Every column that the schema names in the table of these types: the key, the columns of fields, and those of joins from both sides. */
export const columnsOf = (model: Model, types: readonly TableType[]): Map<string, Column> =>
  byName([...referredColumns(model, types), ...types.flatMap(ownColumns), ...types.flatMap(({ table }) => table.key)]);

/** Columns by name, without that of the system. */
export const byName = (columns: readonly Column[]): Map<string, Column> =>
  new Map(columns.filter(({ name }) => name !== 'xmin').map((column) => [column.name, column]));

/** The columns of a type's fields, and those that its joins compare. */
export const ownColumns = ({ fields }: TableType): Column[] =>
  [...fields.values()].flatMap((field) =>
    field.kind === 'column'
      ? [field.column, ...(field.encrypted?.search ? [field.encrypted.search.column] : [])]
      : field.kind === 'join'
        ? [field.from, ...(field.also ?? []).map(({ from }) => from)]
        : [],
  );

/** The columns by which joins lead to rows of these types, or through them. */
export const referredColumns = (model: Model, types: readonly TableType[]): Column[] => {
  const ours = new Set(types.map(({ name }) => name));
  return tableTypes(model).flatMap((other) =>
    [...other.fields.values()].flatMap((field): Column[] => {
      if (field.kind !== 'join') return [];
      const { through, also = [], to } = field;
      return [
        ...(ours.has(field.target) ? [to, ...also.map((pair) => pair.to)] : []),
        ...(through && ours.has(through.type) ? [through.from, through.to] : []),
      ];
    }),
  );
};
