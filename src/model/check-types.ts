import type { Place } from './faults.js';
import { completeJoin } from './complete-join.js';
import type { FieldPlan } from './fields.js';
import type { EmbeddedType, EntityType, Points, TableType } from './types.js';

/** What can only be said once all types are known: targets, keys, and the two columns of each join, which are completed. */
export const checkType = (
  type: EntityType,
  types: ReadonlyMap<string, EntityType>,
  damaged: ReadonlySet<string>,
  tell: (place: Place, message: string) => void,
): void => {
  for (const field of type.fields.values()) {
    if ('target' in field) checkTarget(type, field, types, damaged, (message) => tell(field.place, message));
  }
  propertyFaults(type, tell);
  // What a type lacks that something was taken from need not be a fault.
  const isWhole = !damaged.has(type.name);
  if (isWhole && ![...type.fields.values()].some((field) => field.kind === 'column' || field.kind === 'property')) {
    tell(type.place, `${type.name} needs a field with a value of its own, not only joins and hops`);
  }
  if (type.home !== 'table') return;
  const { embedding, table, name, place } = type;
  if (embedding && !embedding.points && table.key[0] && table.key[0].sqlType !== 'uuid') {
    tell(
      place,
      `@embedding on ${name} needs a key of type uuid, but ${table.key[0].name} is ${table.key[0].sqlType}: a point's id must be one. ` +
        'With pointKey, the payload holds the key',
    );
  }
  if (embedding) {
    for (const other of types.values()) {
      if (other === type) break;
      if (other.home === 'table' && other.embedding?.collection === embedding.collection)
        sharedFaults(other as EmbeddedType, type as EmbeddedType, (message) => tell(place, message));
    }
  }
  if (isWhole && (type.node || embedding) && table.key.length !== 1)
    tell(place, `${name} stands in the graph or as vectors, so its key must be one column: add a field id`);
};

/** Types that share a collection: each point is of one of them, and the collection has the same vectors for all. */
const sharedFaults = (first: EmbeddedType, type: EmbeddedType, fault: (message: string) => void): void => {
  const [one, other] = [first.embedding, type.embedding];
  const shares = `@embedding on ${type.name} names collection ${other.collection}, which holds the rows of ${first.name}`;
  const differ = (points: Points | undefined, from: Points | undefined): boolean =>
    points !== undefined && from !== undefined && points.have.some((key) => from.lack.includes(key));
  if (!differ(one.points, other.points) && !differ(other.points, one.points))
    fault(`${shares}: each needs one of its own, or a payload key in pointsHave of the one and in pointsLack of the other`);
  const params = ({ vectors, hnsw, quantization, onDisk }: EmbeddedType['embedding']): string =>
    JSON.stringify([vectors.map(({ name }) => name), hnsw, quantization, onDisk]);
  if (params(one) !== params(other)) fault(`${shares}, with other vectors or settings: say the same for both`);
  for (const { key, kind } of other.payload)
    if (one.payload.some((field) => field.key === key && field.kind !== kind))
      fault(`${shares}, and ${key} in their payloads has two types: an index is of one`);
};

/** Fields that would be written into one property of a node. */
export const propertyFaults = (
  { name, fields, home }: { readonly name: string; readonly fields: ReadonlyMap<string, FieldPlan>; readonly home?: string },
  tell: (place: Place, message: string) => void,
): void => {
  // The node of a row has the row's key there.
  const taken = new Map<string, string>(home === 'table' ? [['id', 'the key of the row']] : []);
  for (const field of fields.values()) {
    const property = field.kind === 'property' || field.kind === 'column' ? field.property : undefined;
    if (property === undefined || (home === 'table' && field.name === 'id')) continue;
    const other = taken.get(property);
    if (other !== undefined)
      tell(
        field.place,
        `${name}.${field.name} stands in the property ${property}, which holds ${other}: say another with @alias(property: "...")`,
      );
    taken.set(property, `${name}.${field.name}`);
  }
};

type Targeting = Extract<FieldPlan, { readonly target: string }>;

const checkTarget = (
  type: EntityType,
  field: Targeting,
  types: ReadonlyMap<string, EntityType>,
  damaged: ReadonlySet<string>,
  fault: (message: string) => void,
): void => {
  const where = `${type.name}.${field.name}`;
  const target = types.get(field.target);
  if (!target) {
    if (!damaged.has(field.target)) fault(`${where} leads to ${field.target}, which has neither @table nor @node`);
  } else if (field.kind === 'join') {
    if (target.home !== 'table') fault(`${where} has @join, but ${target.name} has no table`);
    else (type.fields as Map<string, FieldPlan>).set(field.name, completeJoin(type as TableType, field, target, types, damaged, fault));
  } else if (target.node === undefined && field.kind !== 'nearest') {
    fault(`${where} is a graph hop, but ${target.name} has no @node`);
  } else if (field.kind === 'nearest' && (target.name !== type.name || type.home !== 'table' || !type.embedding)) {
    if (!damaged.has(type.name)) fault(`${where} has @nearest: its rows must be of ${type.name} itself, which needs @embedding`);
  } else if (target.home === 'table' && target.table.key.length !== 1 && !damaged.has(target.name)) {
    fault(`${where} leads to ${target.name} by key, but the key of ${target.name} is not one column`);
  }
};
