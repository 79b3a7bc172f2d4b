import type { FieldNode } from 'graphql';
import { refuseStrangers, type GuardedModel } from '../access/guard.js';
import type { Column } from '../model/columns.js';
import type { ColumnField, JoinField } from '../model/fields.js';
import type { TableType } from '../model/types.js';
import { refuseUnsetVariables } from './unset-variables.js';
import { Planner, type Input } from './planner.js';
import type { MutationPlan, RowPlan } from '../sql/write-plan.js';

/** A mutation field on a table-home type, as the operation calls it. */
export interface TableMutation {
  readonly responseKey: string;
  /** Name of the field: "createRequirements". */
  readonly name: string;
  readonly kind: 'create' | 'update' | 'upsert' | 'delete';
  readonly type: TableType;
  readonly args: Input;
  /** The field in the document, and the operation's variables: an argument whose variable has no value is missing from the arguments. */
  readonly node: FieldNode;
  readonly variables: Readonly<Record<string, unknown>>;
}

/**
 * The arguments of a mutation as a plan.
 *
 * @throws GatewayError BAD_INPUT, BAD_WHERE, LIMIT_EXCEEDED, UNAUTHENTICATED
 */
export const planMutation = (model: GuardedModel, { name, kind, type, args, node, variables }: TableMutation): MutationPlan => {
  refuseUnsetVariables(node, variables);
  for (const right of kind === 'upsert' ? (['create', 'update'] as const) : [kind]) refuseStrangers(model, type, right);
  const planner = new Planner(model, name);
  const { conditions, connects } = planner;
  const planned = { name, type, conditions, connects };
  if (args['ifMatch'] === null)
    throw planner.bad('ifMatch', 'expected a rowToken, but got null. Leave it out to write whatever has happened since');
  const rows = () => (args['input'] as Input[]).map((input, index) => planner.row(type, input, `input[${index}]`));
  const token = args['ifMatch'] as string | undefined;
  switch (kind) {
    case 'create':
      return { ...planned, kind, rows: rows() };
    case 'upsert':
      return { ...planned, kind, ...planUpsert(planner, type, args, rows()) };
    case 'update':
      return {
        ...planned,
        kind,
        token,
        condition: planner.condition(type, args['where']),
        update: planner.update(type, (args['update'] ?? {}) as Input, 'update'),
      };
    case 'delete':
      return {
        ...planned,
        kind,
        token,
        condition: planner.condition(type, args['where']),
        delete: planner.delete(type, args['delete'] as Input | null | undefined, 'delete'),
      };
  }
};

/** An existing row is found by equal columns, so every input must have them. */
const planUpsert = (
  planner: Planner,
  type: TableType,
  args: Input,
  rows: readonly RowPlan[],
): { rows: readonly RowPlan[]; by: readonly Column[]; tokens: readonly (string | undefined)[] } => {
  const names = args['onConflict'] as readonly string[] | null | undefined;
  if (names?.length === 0)
    throw planner.bad('onConflict', 'expected the fields of a unique rule, but got none. Leave it out to go by the key');
  const fields = names?.map((name) => type.fields.get(name) as ColumnField | JoinField);
  const by = fields ? fields.map((field) => (field.kind === 'column' ? field.column : field.from)) : type.table.key;
  rows.forEach(({ cells }, index) => {
    const missing = by.findIndex(
      (column) => !cells.some((cell) => cell.column.name === column.name && (cell.kind !== 'value' || cell.value !== null)),
    );
    if (missing !== -1)
      throw planner.bad(
        `input[${index}]`,
        `expected a value for ${names?.[missing] ?? fieldName(type, by[missing]!)}, by which a row is found to be there, but got none`,
      );
  });
  const tokens = (args['ifMatch'] as readonly (string | null)[] | undefined)?.map((token) => token ?? undefined);
  if (tokens && tokens.length !== rows.length)
    throw planner.bad('ifMatch', `expected a rowToken or null for each of ${rows.length} inputs, but got ${tokens.length}`);
  return { rows, by, tokens: tokens ?? rows.map(() => undefined) };
};

/** The field of a column, or the column's own name where it has none. */
const fieldName = (type: TableType, column: Column): string =>
  [...type.fields.values()].find(
    (field) =>
      (field.kind === 'column' && field.column.name === column.name) ||
      (field.kind === 'join' && !field.list && field.from.name === column.name),
  )?.name ?? column.name;
