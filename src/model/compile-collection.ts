import { getNamedType, getNullableType, isListType, isNonNullType, type GraphQLField, type GraphQLObjectType } from 'graphql';
import { pluralName, singularName } from './names.js';
import { collectionNameFault } from './store-names.js';
import type { Place } from './faults.js';
import type { PropertyField } from './fields.js';
import type { CollectionType, PayloadField } from './types.js';
import type { PayloadKind } from './vector-settings.js';

/** Types of values in a payload, with the columns that conditions would compare them as. */
const KINDS: Readonly<Record<string, { readonly kind: PayloadKind; readonly sqlType: string }>> = {
  ID: { kind: 'keyword', sqlType: 'text' },
  String: { kind: 'keyword', sqlType: 'text' },
  Int: { kind: 'integer', sqlType: 'integer' },
  Float: { kind: 'float', sqlType: 'double precision' },
  Boolean: { kind: 'bool', sqlType: 'boolean' },
};

interface Source {
  readonly type: GraphQLObjectType;
  /** Arguments of `@collection`, as its definition has them. */
  readonly given: { readonly name: string; readonly text: readonly string[]; readonly vector?: string | null };
  readonly placeOf: (node: GraphQLObjectType['astNode'] | GraphQLField<unknown, unknown>['astNode']) => Place;
  readonly aliasOf: (field: GraphQLField<unknown, unknown>) => string | undefined;
  readonly fault: (place: Place, message: string) => void;
}

/** A type whose points are all there is of it: its fields are keys of their payload. */
export const compileCollection = ({ type, given, placeOf, aliasOf, fault }: Source): CollectionType => {
  const place = placeOf(type.astNode);
  const fields = new Map<string, PropertyField>();
  const payload: PayloadField[] = [];
  for (const field of Object.values(type.getFields())) {
    const { name: scalar } = getNamedType(field.type);
    const known = KINDS[scalar];
    const refuse = (why: string): void => fault(placeOf(field.astNode), `${type.name}.${field.name} ${why}`);
    if (!known || !Object.hasOwn(KINDS, scalar)) {
      refuse(`is of type ${scalar}, but a field of a payload may be ${Object.keys(KINDS).join(', ')}, or a list of these`);
      continue;
    }
    const nonNull = isNonNullType(field.type);
    if (nonNull && field.name !== 'id') refuse('is not nullable, but any point may lack a key: leave the ! out');
    const list = isListType(getNullableType(field.type));
    const property = aliasOf(field) ?? field.name;
    if (!/^[\w-]+$/.test(property)) refuse(`has the payload key ${JSON.stringify(property)}: expected letters, digits, _ and -`);
    fields.set(field.name, {
      kind: 'property',
      name: field.name,
      description: field.description ?? undefined,
      deprecated: field.deprecationReason ?? undefined,
      place: placeOf(field.astNode),
      type: String(field.type),
      nonNull,
      list,
      scalar,
      enumType: false,
      property,
    });
    if (field.name !== 'id' && !list)
      payload.push({ name: field.name, key: property, always: true, kind: known.kind, column: { name: property, sqlType: known.sqlType } });
  }
  const id = fields.get('id');
  if (id?.scalar !== 'ID' || id.list || !id.nonNull) fault(place, `${type.name} needs a field id: ID!, the id of the point`);
  const message = collectionNameFault(given.name);
  if (message !== undefined) fault(place, `The name in @collection on ${type.name} ${message}`);
  if (given.text.length === 0) fault(place, `@collection on ${type.name} needs a field in text: hits are shown by it`);
  for (const name of given.text)
    if (fields.get(name)?.scalar !== 'String')
      fault(place, `@collection on ${type.name} names ${name} in text, which is no String field of it`);
  return {
    home: 'collection',
    name: type.name,
    description: type.description ?? undefined,
    place,
    singular: singularName(type.name),
    plural: pluralName(type.name),
    fields,
    embedding: {
      collection: given.name,
      vectors: [{ name: given.vector ?? '', of: given.text }],
      keywords: [],
      payload,
      points: undefined,
      hnsw: undefined,
      quantization: undefined,
      onDisk: undefined,
      form: '',
    },
  };
};
