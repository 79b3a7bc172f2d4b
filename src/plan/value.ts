import {
  getNamedType,
  isAbstractType,
  isLeafType,
  isListType,
  isNonNullType,
  type GraphQLLeafType,
  type GraphQLNullableType,
  type GraphQLObjectType,
  type GraphQLOutputType,
} from 'graphql';
import { NODE_KEY } from '../graph/shape.js';
import type { NodeRef } from '../graph/traversal.js';
import { CONNECTED } from '../model/graph-names.js';
import type { TraversalField } from '../model/fields.js';
import type { CollectionType, EntityType, Model } from '../model/types.js';
import { settled, type Run } from '../predicate/deferred.js';
import { limitOf, type Limits } from '../query/limits.js';
import { objectType, selectedFields, type OperationInfo, type SelectedField } from '../query/selection.js';
import { isKey } from '../sql/read.js';
import { jsonText, NotPlain } from '../sql/row-json.js';
import { put, TYPE, type Row } from '../sql/row.js';
import type { Lead, Led, LedObjects, LedTexts } from './leads.js';

/** How a value of another store becomes JSON. */
export interface Value {
  /**
   * Adds the keys of the rows and nodes that the value leads to, and puts their numbers in their place; undefined where it leads to none.
   *
   * @param owner the key of the row or node that has the value
   */
  readonly take?: ((value: unknown, led: Led, owner: string) => unknown) | undefined;
  /** Writes what was taken. Throws NotPlain. */
  readonly write: (taken: unknown, texts: LedTexts) => string;
  /** What was taken as objects by the names of the response, for graphql-js to find what is wrong with it. */
  readonly read: (taken: unknown, led: LedObjects) => unknown;
}

/** The inputs of compiling values, and what they lead to. */
export interface Valuing {
  readonly model: Model;
  readonly info: OperationInfo;
  readonly limits: Limits;
  readonly leads: Lead[];
  /** The value of a traversal of a node, from the relationships that the graph gives. */
  readonly traversal: (valuing: Valuing, type: EntityType, field: TraversalField, selected: SelectedField) => Value;
  /** Set where the graph must give the key of every node. */
  needsKeys?: boolean;
}

/** Type of a root field of queries. */
export const rootType = ({ info }: Pick<Valuing, 'info'>, name: string): GraphQLOutputType =>
  objectType(info.schema, 'Query').getFields()[name]!.type;

/** Objects hold their values by the names of the response, as the graph gives them, or by the names of the fields. */
type Held = 'response' | 'field';

/** Compiles the type of a field to a writer of its values. */
export const valueOf = (valuing: Valuing, type: GraphQLOutputType, selected: SelectedField, held: Held, isEdge = false): Value => {
  const value = presentValue(valuing, (isNonNullType(type) ? type.ofType : type) as GraphQLNullableType, selected, held, isEdge);
  const writeNull = isNonNullType(type) ? notPlain : () => 'null';
  const { take, write, read } = value;
  return {
    take: take && ((given, led, owner) => (given === null || given === undefined ? null : take(given, led, owner))),
    write: (taken, texts) => (taken === null || taken === undefined ? writeNull() : write(taken, texts) || writeNull()),
    read: (taken, led) => (taken === null || taken === undefined ? null : read(taken, led)),
  };
};

export const notPlain = (): never => {
  throw new NotPlain();
};

const presentValue = (valuing: Valuing, type: GraphQLNullableType, selected: SelectedField, held: Held, isEdge: boolean): Value => {
  if (isLeafType(type)) return { write: leafWriter(type), read: (taken) => taken };
  const { name } = getNamedType(type);
  const target = valuing.model.types.get(name);
  const isRef = held === 'field' && isEntity(valuing, name);
  if (isListType(type)) {
    if (held === 'field' || target?.home !== 'table')
      return listOf(valueOf(valuing, type.ofType as GraphQLOutputType, selected, held), isRef);
    return isEdge ? presentOf(oneRow(valuing, target, selected)) : listOfRows(valuing, target, selected);
  }
  if (isRef) return refOf(valuing, name, selected);
  if (target?.home === 'table') return oneRow(valuing, target, selected);
  return objectOf(valuing, type as GraphQLObjectType, selected, held);
};

/** Arguments whose values are known. */
export const knownArgs = (args: SelectedField['args'], run: Run): SelectedField['args'] =>
  settled(args, (each) => each.get(run)) as SelectedField['args'];

const isEntity = ({ model, info }: Valuing, name: string): boolean => model.types.has(name) || isAbstractType(info.schema.getType(name));

/** A row or node by its type and key. One that is missing is written as an empty text. */
export interface Reference extends Value {
  /** Null where it has no type of the schema, or can be no key of it. */
  readonly take: (value: unknown, led: Led) => unknown;
  /** The numbers of its leads, by type. */
  readonly leads: ReadonlyMap<string, number>;
}

/** References to rows and nodes of a type, or of the types of a union. */
export const refOf = (
  valuing: Valuing,
  name: string,
  { nodes }: Pick<SelectedField, 'nodes'>,
  where?: unknown,
  isOpen = false,
): Reference => {
  const type = valuing.info.schema.getType(name);
  const names = isAbstractType(type) ? valuing.info.schema.getPossibleTypes(type).map((each) => each.name) : [name];
  const { collections } = valuing.model;
  const points = new Map(names.flatMap((each) => (collections.has(each) ? [[each, pointOf(valuing, collections.get(each)!, nodes)]] : [])));
  const leads = new Map(
    names
      .filter((each) => !points.has(each))
      .map((each) => {
        const target = valuing.model.types.get(each)!;
        const lead: Lead = { kind: 'one', type: target, selected: { args: {}, nodes }, where, isOpen: isOpen || names.length > 1 };
        return [each, valuing.leads.push(lead) - 1];
      }),
  );
  return {
    leads,
    take: (value, led) => {
      const { type: of, key } = value as NodeRef;
      const point = points.get(of ?? '');
      if (point) return point.take(value);
      const lead = leads.get(of ?? '');
      if (lead === undefined || !canBeKey(valuing.model.types.get(of!)!, key)) return null;
      return [lead, led.one(lead, key)];
    },
    write: (taken, texts) => {
      if (!Array.isArray(taken)) return (taken as TakenPoint).value.write((taken as TakenPoint).object, texts);
      const [lead, number] = taken as unknown as readonly [number, number];
      return texts[lead]![number] ?? '';
    },
    read: (taken, led) => {
      if (!Array.isArray(taken)) return (taken as TakenPoint).value.read((taken as TakenPoint).object, led);
      const [lead, number] = taken as unknown as readonly [number, number];
      return led[lead]![number] ?? null;
    },
  };
};

/** A point that stands for no row: it is all there is. */
interface TakenPoint {
  readonly value: Value;
  readonly object: Readonly<Record<string, unknown>>;
}

const pointOf = (valuing: Valuing, { name, fields }: CollectionType, nodes: SelectedField['nodes']): { take(hit: unknown): TakenPoint } => {
  const value = objectOf(valuing, valuing.info.schema.getType(name) as GraphQLObjectType, { nodes }, 'field');
  return {
    take: (hit) => {
      const { key, payload } = hit as { readonly key: string; readonly payload?: Readonly<Record<string, unknown>> };
      const held = [...fields.values()].map((field) => [field.name, payload?.[field.property] ?? null] as const);
      return { value, object: { ...Object.fromEntries(held), id: key } };
    },
  };
};

/** Keys that no row can have are not asked for: another store may contain anything. */
const canBeKey = (type: EntityType, key: string): boolean => type.home === 'node' || isKey(type, key);

/** A row by its key, which the graph gives. */
const oneRow = (valuing: Valuing, type: EntityType, { nodes }: SelectedField): Value => {
  const ref = refOf(valuing, type.name, { nodes });
  return { ...ref, take: (value, led) => ref.take({ type: type.name, key: (value as { readonly id: string }).id }, led) };
};

/** Lists of rows, whose keys the graph gives. */
const listOfRows = (valuing: Valuing, type: EntityType, selected: SelectedField): Value => {
  const lead = valuing.leads.push({ kind: 'list', type, selected }) - 1;
  return {
    take: (value, led) =>
      led.list(
        lead,
        (value as readonly { readonly id: string }[]).map(({ id }) => id).filter((key) => canBeKey(type, key)),
      ),
    write: (taken, texts) => texts[lead]![taken as number]!,
    read: (taken, led) => led[lead]![taken as number],
  };
};

const eachTaken = ({ take }: Value): Value['take'] =>
  take && ((value, led, owner) => (value as readonly unknown[]).map((each) => take(each, led, owner)));

/** A list whose missing items are left out. */
export const presentOf = (item: Value): Value => ({
  take: eachTaken(item),
  write: (taken, texts) =>
    `[${(taken as readonly unknown[])
      .map((each) => (each === null ? '' : item.write(each, texts)))
      .filter((text) => text !== '')
      .join(',')}]`,
  read: (taken, led) => present((taken as readonly unknown[]).map((each) => (each === null ? null : item.read(each, led)))),
});

/** The items that are there; or why one could not be read. */
export const present = (items: readonly unknown[]): readonly unknown[] | Error => failureIn(items) ?? items.filter((item) => item !== null);

const failureIn = (items: readonly unknown[]): Error | undefined => items.find((item): item is Error => item instanceof Error);

/** A list that the field's own `limit` cuts. */
const cutList = ({ limits }: Valuing, list: Value, { name, args }: SelectedField): Value => ({
  ...list,
  take: (value, led, owner) =>
    list.take!((value as readonly unknown[]).slice(0, limitOf(name, knownArgs(args, led.run)['limit'], limits)), led, owner),
});

/** @param isOfRefs whether its items are read by key: then one that cannot be read fails the list */
export const listOf = (item: Value, isOfRefs = false): Value => ({
  take: eachTaken(item),
  write: (taken, texts) => {
    if (!Array.isArray(taken)) return notPlain();
    let text = '[';
    for (let index = 0; index < taken.length; index += 1)
      text += index === 0 ? item.write(taken[index], texts) : `,${item.write(taken[index], texts)}`;
    return `${text}]`;
  },
  read: (taken, led) => {
    if (!Array.isArray(taken)) return taken;
    const items = taken.map((each) => item.read(each, led));
    return (isOfRefs ? failureIn(items) : undefined) ?? items;
  },
});

/**
 * An object of the graph, or of the gateway itself.
 *
 * @param special the values of fields that are not those of their types
 */
export const objectOf = (
  valuing: Valuing,
  type: GraphQLObjectType,
  { nodes }: Pick<SelectedField, 'nodes'>,
  held: Held,
  special?: (selected: SelectedField) => Value | undefined,
): Value => {
  const entity = valuing.model.types.get(type.name);
  const fields = selectedFields(valuing.info, type, nodes).map((selected, index) => ({
    key: held === 'response' ? selected.responseKey : selected.name,
    responseKey: selected.responseKey,
    prefix: `${index === 0 ? '' : ','}${JSON.stringify(selected.responseKey)}:`,
    ...(special?.(selected) ?? fieldOf(valuing, type, entity, selected, held)),
  }));
  const leading = fields.filter(({ take }) => take);
  const take: Value['take'] = (value, led, owner) => {
    const object = value as Record<string, unknown>;
    const key = entity ? String(object[NODE_KEY]) : owner;
    // Under field names, a value may be selected several times.
    const taken = held === 'response' ? object : { ...object };
    for (const field of leading) taken[takenKey(field)] = field.take!(object[field.key], led, key);
    return taken;
  };
  const takenKey = ({ key, responseKey, take: leads }: (typeof fields)[number]) => (held === 'field' && leads ? ` ${responseKey}` : key);
  const keys = fields.map(takenKey);
  return {
    take: leading.length === 0 ? undefined : take,
    write: (taken, texts) => {
      const object = taken as Record<string, unknown>;
      let text = '{';
      for (let index = 0; index < fields.length; index += 1)
        text += fields[index]!.prefix + fields[index]!.write(object[keys[index]!], texts);
      return `${text}}`;
    },
    read: (taken, led) => {
      const object = taken as Record<string, unknown>;
      const found: Row = { [TYPE]: type.name };
      fields.forEach(({ responseKey, read }, index) => put(found, responseKey, read(object[keys[index]!], led)));
      return found;
    },
  };
};

const fieldOf = (valuing: Valuing, type: GraphQLObjectType, entity: EntityType | undefined, selected: SelectedField, held: Held): Value => {
  const { name } = selected;
  if (name === '__typename') return { write: () => JSON.stringify(type.name), read: () => type.name };
  const plan = entity?.fields.get(name);
  if (plan && (plan.kind === 'traverse' || plan.kind === 'path' || plan.kind === 'neighbourhood')) {
    valuing.needsKeys = true;
    return valuing.traversal(valuing, entity!, plan, selected);
  }
  const field = type.getFields()[name]!;
  const value = valueOf(valuing, field.type, selected, held, !entity && name === CONNECTED);
  const isCut = held === 'field' && isEntity(valuing, getNamedType(field.type).name) && field.args.some((each) => each.name === 'limit');
  return isCut ? cutList(valuing, value, selected) : value;
};

const leafWriter = (type: GraphQLLeafType): ((value: unknown) => string) => {
  const write = (value: unknown): string => (value instanceof Error ? notPlain() : JSON.stringify(type.serialize(value) ?? notPlain()));
  return TEXTS.has(type.name) ? (value) => (typeof value === 'string' ? jsonText(value) : write(value)) : write;
};

const TEXTS: ReadonlySet<string> = new Set(['ID', 'String']);
