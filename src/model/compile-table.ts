import { snakeCase } from './names.js';
import { sqlNameFault } from './store-names.js';
import type { Column } from './columns.js';
import type { FieldPlan } from './fields.js';
import type { Table } from './types.js';

/** Arguments of `@table`, as its definition has them. */
interface TableArguments {
  readonly name: string;
  readonly schema: string;
  readonly key?: readonly string[] | null;
  readonly view: boolean;
  readonly unique?: readonly (readonly string[])[] | null;
  readonly token?: string | null;
  readonly tellTriggers: boolean;
}

/** What `@table` says of a type; its faults are told to `fault`, save those that may come from something that was taken out of the type. */
export const compileTable = (
  type: string,
  given: Readonly<Record<string, unknown>>,
  fields: ReadonlyMap<string, FieldPlan>,
  isDamaged: boolean,
  fault: (message: string) => void,
): Table => {
  const { name, schema, key, view, unique, token, tellTriggers } = given as unknown as TableArguments;
  const columns = columnsOf(fields);
  if (!isDamaged) {
    for (const [argument, text] of Object.entries({ name, schema })) {
      const message = sqlNameFault(text);
      if (message !== undefined) fault(`The ${argument} in @table on ${type} ${message}`);
    }
    const checkSet = (what: string, set: readonly string[]): void => {
      if (set.length === 0) fault(`@table on ${type} has ${what}: name at least one column, or leave it out`);
      for (const [index, column] of set.entries()) {
        if (set.indexOf(column) < index) fault(`@table on ${type} has ${what}, which names column ${column} twice`);
        else if (!columns.some((each) => each.name === column)) {
          const meant = columns.find((each) => each.name === snakeCase(column));
          const remedy = meant ? `columns are meant, so say ${meant.name}` : 'add a field, or a join from it';
          fault(`@table on ${type} has ${what}, but no field of ${type} shows column ${column}: ${remedy}`);
        }
      }
    };
    if (key) checkSet(`key: ${JSON.stringify(key)}`, key);
    for (const set of unique ?? []) checkSet(`unique: ${JSON.stringify(unique)}`, set);
    const sets = (unique ?? []).map((set) => JSON.stringify([...set].sort()));
    const twice = sets.findIndex((set, index) => sets.indexOf(set) < index);
    if (twice >= 0) fault(`@table on ${type} has the unique set ${JSON.stringify(unique![twice])} twice: leave one of them out`);
  }
  return {
    schema,
    name,
    key: keyOf(fields, key ?? undefined),
    unique: unique ?? [],
    view,
    token: token ?? undefined,
    tellsTriggers: tellTriggers,
  };
};

/** The columns that the fields of a type show. */
const columnsOf = (fields: ReadonlyMap<string, FieldPlan>): Column[] =>
  [...fields.values()]
    .flatMap((field) =>
      field.kind === 'column' ? [field.column] : field.kind === 'join' ? [field.from, ...(field.also ?? []).map(({ from }) => from)] : [],
    )
    // The near column of a join by the key is completed when all types are known.
    .filter(({ name }) => name !== '');

/** The key's columns, without a list of them that of the field id. */
export const keyOf = (fields: ReadonlyMap<string, FieldPlan>, names: readonly string[] | undefined): Column[] => {
  const columns = columnsOf(fields);
  // A column that no field shows has been told as a fault.
  if (names) return names.map((name) => columns.find((column) => column.name === name) ?? { name, sqlType: 'uuid' });
  const id = fields.get('id');
  return id?.kind === 'column' ? [id.column] : [];
};
