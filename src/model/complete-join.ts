import type { Column } from './columns.js';
import { readSqlType } from './sql-types.js';
import type { JoinField } from './fields.js';
import type { EntityType, TableType } from './types.js';

/**
 * A join with all its columns. A side that the schema does not name is the key; a column without a type takes that of its field, or
 * of the key.
 */
export const completeJoin = (
  type: TableType,
  field: JoinField,
  target: TableType,
  types: ReadonlyMap<string, EntityType>,
  damaged: ReadonlySet<string>,
  fault: (message: string) => void,
): JoinField => {
  const where = `${type.name}.${field.name}`;
  const { also = [], through } = field;
  const count = 1 + also.length;
  const complete = (own: Column, owner: TableType, other: TableType, index = 0): Column => {
    if (own.name === '') {
      const { key } = owner.table;
      if (key.length !== count && !damaged.has(owner.name)) {
        const of = key.length === 0 ? 'has none' : key.length === 1 ? 'is of one column' : 'is of several columns';
        const remedy = through
          ? `through needs one of one column`
          : `say ${count === 1 ? 'one' : `all ${count}`} with ${owner === type ? 'from' : 'to'}: ${count === 1 ? '"..."' : '[...]'}`;
        fault(`${where} is joined by the key of ${owner.name}, which ${of}: ${remedy}`);
      }
      return key[index] ?? own;
    }
    if (own.sqlType !== '') return own;
    return shown(owner, own.name) ?? referTo(own.name, other.table.key[index]);
  };
  const [from, to] = [complete(field.from, type, target), complete(field.to, target, type)];
  if (!through) {
    const others = also.map((pair, index) => ({
      from: complete(pair.from, type, target, index + 1),
      to: complete(pair.to, target, type, index + 1),
    }));
    return { ...field, from, to, ...(others.length > 0 && { also: others }) };
  }
  const between = types.get(through.type);
  if (between?.home !== 'table') {
    if (!damaged.has(through.type)) fault(`${where} is joined through ${through.type}, which is no type with @table`);
    return { ...field, from, to };
  }
  const side = (own: Column, end: TableType, name: 'from' | 'to'): Column => {
    if (own.name !== '') return shown(between, own.name) ?? referTo(own.name, end.table.key[0]);
    const joins = [...between.fields.values()].filter(
      (each): each is JoinField => each.kind === 'join' && !each.list && !each.also && each.target === end.name,
    );
    if (joins.length !== 1 && !damaged.has(between.name))
      fault(
        `${where} is joined through ${between.name}, which has ${joins.length === 0 ? 'no join' : 'several joins'} to ${end.name}: ` +
          `say its column with ${name}: "..."`,
      );
    const column = joins[0]?.from ?? own;
    return column.sqlType === '' ? (shown(between, column.name) ?? referTo(column.name, end.table.key[0])) : column;
  };
  return {
    ...field,
    from,
    to,
    through: { type: through.type, from: side(through.from, type, 'from'), to: side(through.to, target, 'to') },
  };
};

/** The column as one of its fields has it. */
const shown = ({ fields }: TableType, name: string): Column | undefined => {
  const field = [...fields.values()].find((candidate) => candidate.kind === 'column' && candidate.column.name === name);
  return field?.kind === 'column' ? field.column : undefined;
};

/** A column that refers to another: of its type and length, but not numbered by itself. */
const referTo = (name: string, key: Column | undefined): Column => {
  if (!key) return { name, sqlType: 'uuid' };
  const { declared, ...column } = key;
  return { ...(declared === undefined || readSqlType(declared)?.isSerial ? column : { ...column, declared }), name };
};
