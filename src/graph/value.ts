import {
  getNamedType,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
  type GraphQLLeafType,
  type GraphQLObjectType,
  type GraphQLOutputType,
} from 'graphql';
import { jsonText, NotPlain } from '../sql/row-json.js';
import { isKey } from '../sql/read.js';
import { selectedFields, type OperationInfo, type SelectedField } from '../query/selection.js';
import type { Model, TableType } from '../model/types.js';

/** Rows that a value of the graph leads to: the graph returns their keys, and their table the rows. */
export interface LedRows {
  readonly type: TableType;
  readonly selected: SelectedField;
}

/** How a value of the graph becomes JSON. */
export interface GraphValue {
  /**
   * Adds the keys of each list of rows that the value leads to, and puts the number of the list in their place; undefined when it leads
   * to none.
   */
  readonly take?: ((value: unknown, lists: readonly string[][][]) => unknown) | undefined;
  /** Writes what was taken, with the lists of rows as JSON. Throws NotPlain. */
  readonly write: (taken: unknown, rows: readonly (readonly string[])[]) => string;
}

/**
 * Compiles the type of a field to a writer of its values without graphql-js, for nodes and lists of rows. Connections, aggregates and
 * traversals are not covered.
 *
 * @param led collects the rows that the value leads to
 * @returns undefined where the selection contains something that is not covered
 */
export const graphValue = (
  model: Model,
  info: OperationInfo,
  type: GraphQLOutputType,
  selected: SelectedField,
  led: LedRows[],
): GraphValue | undefined => {
  const value = valueOf(model, info, isNonNullType(type) ? type.ofType : type, selected, led);
  const writeNull = isNonNullType(type) ? notPlain : () => 'null';
  return (
    value && {
      take: value.take && ((given, lists) => (given === null || given === undefined ? null : value.take!(given, lists))),
      write: (taken, rows) => (taken === null || taken === undefined ? writeNull() : value.write(taken, rows)),
    }
  );
};

const notPlain = (): never => {
  throw new NotPlain();
};

const valueOf = (
  model: Model,
  info: OperationInfo,
  type: GraphQLOutputType,
  selected: SelectedField,
  led: LedRows[],
): GraphValue | undefined => {
  if (isLeafType(type)) return { write: leafWriter(type) };
  const target = model.types.get(getNamedType(type).name);
  if (isListType(type))
    return target?.home === 'table'
      ? listOfRows(target, led.push({ type: target, selected }) - 1)
      : listOf(graphValue(model, info, type.ofType as GraphQLOutputType, selected, led));
  return isObjectType(type) && target?.home === 'node' ? objectOf(model, info, type, selected, led) : undefined;
};

/** Keys that no row can have are not asked for: another store may contain anything. */
const listOfRows = (type: TableType, index: number): GraphValue => ({
  take: (value, lists) =>
    lists[index]!.push((value as readonly { readonly id: string }[]).map(({ id }) => id).filter((key) => isKey(type, key))) - 1,
  write: (taken, rows) => rows[index]![taken as number]!,
});

const listOf = (item: GraphValue | undefined): GraphValue | undefined =>
  item && {
    take: item.take && ((value, lists) => (value as readonly unknown[]).map((each) => item.take!(each, lists))),
    write: (taken, rows) => {
      if (!Array.isArray(taken)) return notPlain();
      let text = '[';
      for (let index = 0; index < taken.length; index += 1)
        text += index === 0 ? item.write(taken[index], rows) : `,${item.write(taken[index], rows)}`;
      return `${text}]`;
    },
  };

/** Kinds of fields whose value is a property of the node. */
const HELD: ReadonlySet<string | undefined> = new Set(['property', 'relationship', 'cypher']);

const objectOf = (
  model: Model,
  info: OperationInfo,
  type: GraphQLObjectType,
  { nodes }: SelectedField,
  led: LedRows[],
): GraphValue | undefined => {
  const plans = model.types.get(type.name)!.fields;
  const fields: (GraphValue & { readonly key: string; readonly prefix: string })[] = [];
  for (const selected of selectedFields(info, type, nodes)) {
    const { name, responseKey: key } = selected;
    const held = HELD.has(plans.get(name)?.kind) ? graphValue(model, info, type.getFields()[name]!.type, selected, led) : undefined;
    const value = name === '__typename' ? { write: () => JSON.stringify(type.name) } : held;
    if (!value) return undefined;
    fields.push({ key, prefix: `${fields.length === 0 ? '' : ','}${JSON.stringify(key)}:`, ...value });
  }
  const leading = fields.filter(({ take }) => take);
  const take: GraphValue['take'] = (value, lists) => {
    const object = value as Record<string, unknown>;
    for (const field of leading) object[field.key] = field.take!(object[field.key], lists);
    return object;
  };
  return {
    take: leading.length === 0 ? undefined : take,
    write: (taken, rows) => {
      const object = taken as Record<string, unknown>;
      let text = '{';
      for (const { key, prefix, write } of fields) text += prefix + write(object[key], rows);
      return `${text}}`;
    },
  };
};

const leafWriter = (type: GraphQLLeafType): ((value: unknown) => string) => {
  const write = (value: unknown): string => (value instanceof Error ? notPlain() : JSON.stringify(type.serialize(value) ?? notPlain()));
  return TEXTS.has(type.name) ? (value) => (typeof value === 'string' ? jsonText(value) : write(value)) : write;
};

const TEXTS: ReadonlySet<string> = new Set(['ID', 'String']);
