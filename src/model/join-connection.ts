import type { FieldPlan, JoinField } from './fields.js';
import { tableType, type EntityType, type Model, type TableType } from './types.js';

/** Name of the connection that stands beside a to-many join: rows without a key have no order to page by, and none. */
export const joinConnectionName = (model: Model, field: JoinField): string | undefined =>
  field.list && tableType(model, field.target).table.key.length > 0 ? `${field.name}Connection` : undefined;

/** The to-many join that has this name with `Connection` behind it. */
const joinBehind = (type: EntityType, name: string): JoinField | undefined => {
  const field = name.endsWith('Connection') ? type.fields.get(name.slice(0, -'Connection'.length)) : undefined;
  return field?.kind === 'join' && field.list ? field : undefined;
};

/** The to-many join that a name such as `requirementsConnection` is about. */
export const connectionJoin = (model: Model, type: TableType, name: string): JoinField | undefined => {
  const field = joinBehind(type, name);
  return field && joinConnectionName(model, field) === name ? field : undefined;
};

/** What is wrong with a field that takes the name of a join's connection. */
export const connectionFault = (type: EntityType, { name }: FieldPlan): string | undefined => {
  const field = joinBehind(type, name);
  return field && `${type.name}.${name} has the name of the connection that ${type.name}.${field.name} is given: rename one of them`;
};
