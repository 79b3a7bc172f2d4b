import { GatewayError } from '../errors.js';
import type { ColumnField, JoinField } from '../model/fields.js';
import { tableType, type Model, type TableType } from '../model/types.js';
import { writeJson } from '../model/exact-json.js';
import { notRounded } from '../sql/precision.js';
import { limitOf } from '../query/limits.js';
import { MAX_DEPTH, parseNarrowing } from '../predicate/parse.js';
import type {
  Cell,
  Change,
  Condition,
  Connect,
  DeletePlan,
  ListPlan,
  ListUpdatePlan,
  NestedDelete,
  NestedUpdate,
  RowPlan,
  UpdatePlan,
} from '../sql/write-plan.js';

export type Input = Readonly<Record<string, unknown>>;

/** Most rows that one mutation creates, nested ones included. */
const MAX_ROWS = 10_000;

/**
 * Turns the inputs of one mutation into plans. Errors in the inputs themselves are found here, before anything is written:
 * GatewayError BAD_INPUT, BAD_WHERE or LIMIT_EXCEEDED, with the path in the arguments.
 */
export class Planner {
  readonly conditions: Condition[] = [];
  readonly connects: Connect[] = [];
  #rows = 0;

  constructor(
    readonly model: Model,
    readonly mutation: string,
  ) {}

  bad(argument: string, detail: string): GatewayError {
    return new GatewayError('BAD_INPUT', { argument, field: this.mutation, detail });
  }

  /** A `where`. Without one, every row matches, but null is refused: it may be a variable without its value. */
  condition(type: TableType, where: unknown): Condition {
    const condition = { type, where: parseNarrowing(this.model, { type, onEdge: false }, where, this.mutation) };
    this.conditions.push(condition);
    return condition;
  }

  /** A row to create; `given` is the column that the parent row fills. */
  row(type: TableType, input: Input, place: string, depth = 0): RowPlan {
    this.#rows += 1;
    if (this.#rows > MAX_ROWS) limitOf(this.mutation, this.#rows, { defaultRows: 1, maxRows: MAX_ROWS }, 'input');
    this.#checkDepth(place, depth);
    const cells: Cell[] = [];
    const lists: ListPlan[] = [];
    const taken = new Map<string, string>();
    for (const [name, value] of Object.entries(input)) {
      const field = type.fields.get(name);
      if (!field || value === undefined) continue;
      const at = `${place}.${name}`;
      if (field.kind === 'column') {
        this.#take(taken, field.column.name, name, place);
        cells.push({ kind: 'value', column: field.column, value: parameter(field, value) });
        const hash = hashChange(field, value);
        if (hash) cells.push({ kind: 'value', column: hash.column, value: hash.value });
      } else if (field.kind === 'join' && field.list) {
        if (value !== null) lists.push(this.#list(field, value as Input, at, depth));
      } else if (field.kind === 'join') {
        this.#take(taken, field.from.name, name, place);
        if (value === null) cells.push({ kind: 'value', column: field.from, value: null });
        else cells.push(this.#reference(field, value as Input, at, depth) ?? this.#none(at));
      }
    }
    return { type, cells, lists };
  }

  update(type: TableType, input: Input, place: string, depth = 0): UpdatePlan {
    this.#checkDepth(place, depth);
    const changes: Change[] = [];
    const references: UpdatePlan['references'][number][] = [];
    const targets: NestedUpdate[] = [];
    const lists: ListUpdatePlan[] = [];
    const taken = new Map<string, string>();
    for (const [name, value] of Object.entries(input)) {
      const field = type.fields.get(name);
      if (!field || value === undefined || value === null) continue;
      const at = `${place}.${name}`;
      if (field.kind === 'column') {
        const change = this.#change(field, value as Input, at);
        if (!change) continue;
        this.#take(taken, field.column.name, name, place);
        changes.push(change);
        const hash = hashChange(
          field,
          Object.values(value as Input).find((operand) => operand !== undefined),
        );
        if (hash) changes.push(hash);
      } else if (field.kind === 'join' && field.list) {
        (value as Input[]).forEach((query, index) => lists.push(this.#listUpdate(field, query, `${at}[${index}]`, depth)));
      } else if (field.kind === 'join') {
        const { update } = value as { update?: Input | null };
        const cell = this.#reference(field, value as Input, at, depth);
        if (cell) {
          this.#take(taken, field.from.name, name, place);
          references.push({ field, cell });
        } else if (update) targets.push(this.#nestedUpdate(field, update, `${at}.update`, depth));
      }
    }
    return { type, changes, references, targets, lists };
  }

  delete(type: TableType, input: Input | null | undefined, place: string, depth = 0): DeletePlan {
    this.#checkDepth(place, depth);
    const nested = Object.entries(input ?? {}).flatMap(([name, value]) => {
      const field = type.fields.get(name);
      if (field?.kind !== 'join') return [];
      return items(value).map((item, index) => this.#nestedDelete(field, item, `${place}.${name}${field.list ? `[${index}]` : ''}`, depth));
    });
    return { type, nested };
  }

  #nestedUpdate(field: JoinField, { where, node }: Input, place: string, depth: number): NestedUpdate {
    const target = tableType(this.model, field.target);
    return { field, condition: this.#within(target, where), plan: this.update(target, node as Input, `${place}.node`, depth + 1) };
  }

  #nestedDelete(field: JoinField, { where, delete: nested }: Input, place: string, depth: number): NestedDelete {
    const target = tableType(this.model, field.target);
    return {
      field,
      condition: this.#within(target, where),
      plan: this.delete(target, nested as Input | null | undefined, `${place}.delete`, depth + 1),
    };
  }

  /** The `where: {node: ...}` of a nested operation. */
  #within(type: TableType, where: unknown): Condition {
    return this.condition(type, where === undefined || where === null ? where : (where as Input)['node']);
  }

  #list(field: JoinField, { create, connect }: Input, place: string, depth: number): ListPlan {
    const target = tableType(this.model, field.target);
    return {
      field,
      rows: items(create).map(({ node }, index) => this.row(target, node as Input, `${place}.create[${index}].node`, depth + 1)),
      connects: items(connect).map(({ where }, index) =>
        this.#connect(target, where, target.table.key, `${place}.connect[${index}]`, true),
      ),
    };
  }

  #listUpdate(field: JoinField, query: Input, place: string, depth: number): ListUpdatePlan {
    const target = tableType(this.model, field.target);
    return {
      ...this.#list(field, query, place, depth),
      updates: items(query['update']).map((item, index) => this.#nestedUpdate(field, item, `${place}.update[${index}]`, depth)),
      disconnects: items(query['disconnect']).map(({ where }) => this.#within(target, where)),
      deletes: items(query['delete']).map((item, index) => this.#nestedDelete(field, item, `${place}.delete[${index}]`, depth)),
    };
  }

  /** The new target of a to-one join; undefined where the reference does not change. */
  #reference(field: JoinField, input: Input, place: string, depth: number): Cell | undefined {
    const asked = Object.entries(input).flatMap(([name, value]) =>
      value === undefined || value === null || value === false ? [] : [name],
    );
    if (asked.length > 1) throw this.bad(place, `expected one operation, but got ${asked.join(' and ')}`);
    const target = tableType(this.model, field.target);
    const column = field.from;
    if (asked[0] === 'connect')
      return {
        kind: 'connect',
        column,
        connect: this.#connect(target, (input['connect'] as Input)['where'], [field.to], `${place}.connect`, false),
      };
    if (asked[0] === 'create')
      return {
        kind: 'create',
        column,
        row: this.row(target, (input['create'] as { node: Input }).node, `${place}.create.node`, depth + 1),
        of: field.to,
      };
    return asked[0] === 'disconnect' ? { kind: 'value', column, value: null } : undefined;
  }

  #connect(type: TableType, where: unknown, columns: Connect['columns'], place: string, many: boolean): Connect {
    const connect = { condition: this.#within(type, where), columns, many, place };
    this.connects.push(connect);
    return connect;
  }

  /** Adding null does nothing; only set takes null. */
  #change(field: ColumnField, value: Input, place: string): Change | undefined {
    const operations = Object.entries(value).filter(
      ([operator, operand]) => operand !== undefined && (operand !== null || operator === 'set'),
    );
    if (operations.length > 1)
      throw this.bad(place, `expected one operation, but got ${operations.map(([operator]) => operator).join(' and ')}`);
    const [operation] = operations;
    if (!operation) return undefined;
    const [operator, operand] = operation;
    if (operator === 'pop' && (operand as number) < 0)
      throw this.bad(place, `pop expects how many to take off the end, but got ${String(operand)}`);
    return { column: field.column, operator, value: operator === 'pop' ? operand : parameter(field, operand) };
  }

  #take(taken: Map<string, string>, column: string, name: string, place: string): void {
    const other = taken.get(column);
    if (other !== undefined) throw this.bad(place, `expected one of ${other} and ${name}, which are one column, but got both`);
    taken.set(column, name);
  }

  #none(place: string): never {
    throw this.bad(place, 'expected connect or create, but got neither');
  }

  #checkDepth(place: string, depth: number): void {
    if (depth > MAX_DEPTH) throw this.bad(place, `rows may be nested ${MAX_DEPTH} deep. Write them in several steps`);
  }
}

const items = (value: unknown): readonly Input[] =>
  value === undefined || value === null ? [] : Array.isArray(value) ? (value as Input[]) : [value as Input];

/** What goes into the column by which an encrypted value is found. */
const hashChange = ({ encrypted }: ColumnField, value: unknown): Change | undefined => {
  if (!encrypted?.search) return undefined;
  const hash = value === null ? null : encrypted.keyring.hash(value as string, encrypted.context);
  return { column: encrypted.search.column, operator: 'set', value: hash };
};

/** A value of an input as a parameter for the database. */
const parameter = (field: ColumnField, value: unknown): unknown => {
  const { scalar, list, column, encrypted } = field;
  if (value === null) return value;
  if (encrypted) return encrypted.keyring.seal(value as string, encrypted.context);
  if (scalar === 'JSON') return list ? (value as unknown[]).map(writeJson) : writeJson(value);
  if (list) return notRounded(field, value);
  return column.sqlType === 'bytea' ? `\\x${Buffer.from(value as string, 'base64').toString('hex')}` : notRounded(field, value);
};
