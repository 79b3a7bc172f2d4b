import { GatewayError } from '../errors.js';
import type { GuardedModel } from '../access/guard.js';
import type { Column } from '../model/columns.js';
import type { TableType } from '../model/types.js';
import { hiddenSql, type Sought } from '../sql/hidden-rows.js';
import type { SqlRunner } from '../stores/types.js';
import { typesOf, type ForeignKey } from './foreign-keys.js';
import { namesIn, type DatabaseError } from './violations.js';

/** What tells of violations asks when the transaction is over. */
interface Asking {
  readonly model: GuardedModel;
  readonly run: SqlRunner;
  readonly foreignKeys: () => Promise<readonly ForeignKey[]>;
}

/** An error that tells of no row: for the one that is in the way is hidden from the caller. */
export const conflict = (cause?: unknown): GatewayError => new GatewayError('CONFLICT', {}, { cause });

/** A violation as the caller may hear of it: in full only if the row that is in the way is not hidden. */
export const shownViolation = async (asking: Asking, violation: Error, cause: unknown, writing: TableType): Promise<Error> => {
  const broken = (cause ?? {}) as DatabaseError;
  const { code, detail = '', schema, table } = broken;
  const { model, run } = asking;
  if (!(violation instanceof GatewayError) || !['23505', '23503', '23001', '23P01'].includes(code!)) return violation;
  const isReferred = code === '23001' || (code === '23503' && !detail.includes('is not present in table'));
  // What a reference to a row that is not there tells is not told of hidden rows: see given-keys.ts.
  if (code === '23503' && !isReferred) return violation;
  const own = schema === undefined || table === undefined ? [] : typesOf(model, { schema, name: table });
  const types = own.length > 0 ? own : [writing];
  if (types.some((type) => seesAll(model, type))) return violation;
  const key = keyOf(broken);
  const columns = isReferred ? await referringColumns(asking, broken) : columnsNamed(types[0]!, key?.names ?? []);
  if (!key || own.length === 0 || columns?.length !== key.values.length) return conflict(cause);
  const sought: Sought = { types, columns, values: [key.values] };
  return (await run(hiddenSql(model, sought))).length > 0 ? conflict(cause) : violation;
};

const seesAll = (model: GuardedModel, type: TableType): boolean =>
  model.guard(type, 'read').kind === 'true' && model.hidden(type).size === 0;

/** Columns and values of the key that PostgreSQL names; undefined where it cannot be told where a value ends. */
const keyOf = ({ code, detail = '', table }: DatabaseError): { names: readonly string[]; values: readonly string[] } | undefined => {
  // Of an exclusion, the second key is the one in the way.
  const [first, second, ...more] = detail.split(' conflicts with existing key ');
  const text = code !== '23P01' ? detail : second !== undefined && more.length === 0 ? `Key ${second}` : first!;
  const ends = code === '23P01' ? [').'] : [') already exists.', `) is still referenced from table "${table}".`];
  const end = [...ends, `) is referenced from table "${table}".`].find((each) => text.endsWith(each));
  const [, columns, rest] = /^Key \((.+?)\)=\((.*)$/s.exec(text) ?? [];
  // Of expressions, the values are not those of columns.
  if (end === undefined || columns === undefined || /[(:]/.test(columns)) return undefined;
  const names = namesIn(columns);
  const whole = rest!.slice(0, -end.length);
  const values = names.length === 1 ? [whole] : whole.split(', ');
  return values.length === names.length && !values.includes('null') ? { names, values } : undefined;
};

/** The columns of a type with these names, with their types; undefined if the schema does not know one. */
const columnsNamed = ({ table, fields }: TableType, names: readonly string[]): readonly Column[] | undefined => {
  const columns = [...fields.values()].flatMap((field) =>
    field.kind === 'column' ? [field.column] : field.kind === 'join' ? [field.from] : [],
  );
  const all = new Map([...columns, ...table.key].map((column) => [column.name, column]));
  const found = names.flatMap((name) => all.get(name) ?? []);
  return found.length === names.length ? found : undefined;
};

/** The columns of the foreign key that still refers to a row. */
const referringColumns = async (
  { foreignKeys }: Asking,
  { schema, table, constraint }: DatabaseError,
): Promise<readonly Column[] | undefined> =>
  (await foreignKeys()).find((key) => key.schema === schema && key.table === table && key.name === constraint)?.from;
