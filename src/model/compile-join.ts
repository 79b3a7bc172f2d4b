import { getNamedType, type GraphQLField, type GraphQLObjectType } from 'graphql';
import type { Column } from './columns.js';
import type { ReadDirective } from './directives.js';
import { columnOf, readSqlType, typeFault } from './sql-types.js';
import { sqlNameFault } from './store-names.js';
import type { FieldPlan, JoinField } from './fields.js';

interface FieldOfJoin {
  readonly type: GraphQLObjectType;
  readonly field: GraphQLField<unknown, unknown>;
  readonly home: 'table' | 'node';
  readonly read: ReadDirective;
  /** Names of type and field, for faults. */
  readonly where: string;
  readonly base: Pick<FieldPlan, 'name' | 'description' | 'deprecated' | 'place' | 'type' | 'nonNull' | 'list'>;
  readonly fault: (message: string) => undefined;
}

/** A field with @join. What it leaves to be completed, when every key is known, has an empty name or type: see complete-join.ts. */
export const joinField = ({ type, field, home, read, where, base, fault }: FieldOfJoin): JoinField | undefined => {
  const target = getNamedType(field.type).name;
  const said = read('join', field.astNode) as {
    from?: readonly string[] | null;
    to?: readonly string[] | null;
    type?: string | null;
    through?: string | null;
  };
  if (home === 'node') return fault(`${where} has @join, but ${type.name} has no table`);
  const [from, to] = [said.from ?? undefined, said.to ?? undefined];
  for (const [side, names] of Object.entries({ from, to })) {
    for (const name of names ?? []) {
      const message = sqlNameFault(name);
      if (message !== undefined) return fault(`${side} in @join on ${where} ${message}`);
    }
    if (names?.length === 0) return fault(`@join on ${where} has ${side}: [], but expected a column`);
  }
  const sqlType = said.type ? readSqlType(said.type) : undefined;
  if (typeof said.type === 'string' && !sqlType) return fault(`${where} ${typeFault(said.type)}`);
  const side = (name: string | undefined): Column =>
    sqlType && name !== undefined
      ? columnOf(name, sqlType.isSerial ? { ...sqlType, declared: undefined } : sqlType)
      : { name: name ?? '', sqlType: '' };
  if (typeof said.through === 'string') {
    if (!base.list) return fault(`${where} is joined through ${said.through}, so it may have many: its type must be [${target}!]!`);
    if ((from?.length ?? 1) > 1 || (to?.length ?? 1) > 1 || sqlType)
      return fault(`@join on ${where} has through: from and to are one column each of ${said.through}, whose fields say their types`);
    const through = { type: said.through, from: side(from?.[0]), to: side(to?.[0]) };
    return { ...base, kind: 'join', target, from: side(undefined), to: side(undefined), through };
  }
  if (from === undefined && to === undefined) return fault(`@join on ${where} needs from or to`);
  if (from && to && from.length !== to.length)
    return fault(`@join on ${where} compares ${from.length} columns with ${to.length}: name as many on either side`);
  if (from === undefined && !base.list)
    return fault(`${where} is joined by a column of ${target}, so it may have many: its type must be [${target}!]!`);
  const count = (from ?? to)!.length;
  if (count > 1 && sqlType) return fault(`@join on ${where} has a type, which is for one column: give the columns fields of their types`);
  const also = Array.from({ length: count - 1 }, (_, index) => ({ from: side(from?.[index + 1]), to: side(to?.[index + 1]) }));
  return { ...base, kind: 'join', target, from: side(from?.[0]), to: side(to?.[0]), ...(also.length > 0 && { also }) };
};
