import { GatewayError } from '../errors.js';
import type { GuardedModel } from '../access/guard.js';
import type { TableType } from '../model/types.js';
import { unconnectableSql } from '../sql/hidden-rows.js';
import type { Change, ListPlan, MutationPlan, RowPlan, UpdatePlan } from '../sql/write-plan.js';
import type { SqlRunner } from '../stores/types.js';
import { isOf, type ForeignKey } from './foreign-keys.js';
import { fieldsOf } from './violations.js';

/** What the input gives for the columns of one row. */
interface Given {
  readonly type: TableType;
  readonly values: ReadonlyMap<string, unknown>;
  readonly isCreated: boolean;
}

/** Whether somebody with these guards may not refer to all rows of a type. */
const isLimited = (model: GuardedModel, type: TableType): boolean => model.guard(type, 'connect').kind !== 'true';

/** Whether some columns can hold keys of rows that the caller may not refer to. */
export const hasLimits = (model: GuardedModel): boolean =>
  [...model.types.values()].some((type) => type.home === 'table' && isLimited(model, type));

/**
 * Keys that stand in the input as plain values must be of rows that the caller may refer to, as with `connect`: those of hidden rows are
 * refused as those of rows that are not there.
 *
 * @throws GatewayError FOREIGN_KEY_VIOLATION, BAD_INPUT
 */
export const checkGivenKeys = async (
  model: GuardedModel,
  plan: MutationPlan,
  keys: readonly ForeignKey[],
  run: SqlRunner,
): Promise<void> => {
  const given = plan.kind === 'delete' ? [] : plan.kind === 'update' ? inUpdate(plan.update) : plan.rows.flatMap(inRow);
  for (const type of new Set(given.map((each) => each.type))) {
    for (const key of keys) {
      const limited = isOf(key, type) ? key.targets : [];
      if (limited.length === 0 || limited.some((target) => !isLimited(model, target))) continue;
      const values = given.flatMap((each) => {
        const tuple = each.type === type ? key.from.map(({ name }) => each.values.get(name) ?? null) : [null];
        if (tuple.some((value) => value instanceof Unknown)) throw unknown(plan.name, type, key);
        return tuple.includes(null) || isCreatedHere(given, key, tuple) ? [] : [tuple];
      });
      if (values.length === 0) continue;
      const sought = { types: limited, columns: key.to.map(({ name }, index) => ({ ...key.from[index]!, name })), values };
      if ((await run(unconnectableSql(model, sought))).length > 0) throw refused(type, key);
    }
  }
};

/** A number that is added to, for instance: the value depends on the row. */
class Unknown {}

const inRow = ({ type, cells, lists }: RowPlan): Given[] => [
  { type, isCreated: true, values: new Map(cells.flatMap((cell) => (cell.kind === 'value' ? [[cell.column.name, cell.value]] : []))) },
  ...cells.flatMap((cell) => (cell.kind === 'create' ? inRow(cell.row) : [])),
  ...inLists(lists),
];

const inLists = (lists: readonly ListPlan[]): Given[] => lists.flatMap(({ rows }) => rows.flatMap(inRow));

const inUpdate = ({ type, changes, references, targets, lists }: UpdatePlan): Given[] => [
  { type, isCreated: false, values: new Map(changes.map((change) => [change.column.name, valueOf(change)])) },
  ...references.flatMap(({ cell }) => (cell.kind === 'create' ? inRow(cell.row) : [])),
  ...targets.flatMap(({ plan }) => inUpdate(plan)),
  ...inLists(lists),
  ...lists.flatMap(({ updates }) => updates.flatMap(({ plan }) => inUpdate(plan))),
];

const valueOf = ({ operator, value }: Change): unknown => (operator === 'set' ? value : new Unknown());

/** A row that the mutation creates itself is not there yet. */
const isCreatedHere = (given: readonly Given[], { targets, to }: ForeignKey, tuple: readonly unknown[]): boolean =>
  given.some(
    ({ type, isCreated, values }) =>
      isCreated && targets.includes(type) && to.every(({ name }, index) => String(values.get(name)) === String(tuple[index])),
  );

const refused = (type: TableType, { from }: ForeignKey): GatewayError => {
  const fields = fieldsOf(
    type,
    from.map(({ name }) => name),
  );
  const parts = { type: type.name, fields: fields.join(', ') || 'a reference' };
  return new GatewayError('FOREIGN_KEY_VIOLATION', parts, { extensions: { type: type.name, fields } });
};

const unknown = (field: string, type: TableType, { from }: ForeignKey): GatewayError => {
  const names = fieldsOf(
    type,
    from.map(({ name }) => name),
  );
  const detail = `${names.join(', ')} of ${type.name} refers to a row, so it can only be set. Nothing was written`;
  return new GatewayError('BAD_INPUT', { argument: 'update', field, detail });
};
