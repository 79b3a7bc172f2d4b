import {
  getNamedType,
  isEnumType,
  isListType,
  isNonNullType,
  isObjectType,
  isScalarType,
  print,
  type GraphQLField,
  type GraphQLObjectType,
} from 'graphql';
import { shortened } from '../errors.js';
import type { Place } from './faults.js';
import { graphNameFault } from './store-names.js';
import type {
  CypherField,
  Direction,
  FieldPlan,
  NearestField,
  NeighbourhoodField,
  PathField,
  PropertyField,
  RelationshipField,
  TraverseField,
} from './fields.js';
import type { EntityType } from './types.js';

/** Scalars that @neo4j/graphql serves. */
export const NODE_SCALARS = new Set([
  'ID',
  'String',
  'Int',
  'Float',
  'Boolean',
  'DateTime',
  'LocalDateTime',
  'Date',
  'LocalTime',
  'Time',
  'Duration',
  'BigInt',
]);

/** Every further hop multiplies what is looked at: more than this is no question a graph answers in time. */
const MAX_DEPTH = 20;

/** Directives of fields that are reached through the graph. */
export const GRAPH_DIRECTIVES = ['relationship', 'traverse', 'path', 'neighbourhood', 'cypher'] as const;

export type GraphDirective = (typeof GRAPH_DIRECTIVES)[number];

/** A field as the compiler has read it so far. */
export interface FieldInSchema {
  /** "Requirement.components" */
  readonly where: string;
  readonly field: GraphQLField<unknown, unknown>;
  readonly base: {
    readonly name: string;
    readonly description: string | undefined;
    readonly deprecated: string | undefined;
    readonly place: Place;
    readonly type: string;
    readonly nonNull: boolean;
    readonly list: boolean;
  };
  readonly hasNode: boolean;
  readonly isTraced: boolean;
  /** Arguments of the field's directive. */
  readonly given: Readonly<Record<string, unknown>>;
  readonly fault: (message: string) => undefined;
}

/** The plan of a field that is reached through the graph; a fault when the directive does not fit the field. */
export const compileGraphField = (directive: GraphDirective, schema: FieldInSchema): FieldPlan | undefined => {
  const { where, hasNode, fault } = schema;
  if (!hasNode) return fault(`${where} has @${directive}, but ${where.split('.')[0]} has no @node`);
  switch (directive) {
    case 'relationship':
      return relationshipField(schema);
    case 'traverse':
      return traverseField(schema);
    case 'path':
    case 'neighbourhood':
      return drawnField(directive, schema);
    case 'cypher':
      return cypherField(schema);
  }
};

const relationshipField = ({ where, field, base, given, isTraced, fault }: FieldInSchema): RelationshipField | undefined => {
  const { type: relationship, direction, properties } = given as { type: string; direction: Direction; properties?: string };
  const target = getNamedType(field.type).name;
  if (!base.list) return fault(`${where} is a relationship, so it may have many: its type must be [${target}!]!`);
  if (direction === 'BOTH')
    return fault(
      `${where} has @relationship with direction BOTH: a relationship has one direction, only @traverse, @path and ` +
        '@neighbourhood go both ways',
    );
  const message = graphNameFault(relationship);
  if (message !== undefined) return fault(`The type in @relationship on ${where} ${message}`);
  return { ...base, kind: 'relationship', target, relationship, direction, properties, isTraced };
};

const traverseField = (schema: FieldInSchema): TraverseField | undefined => {
  const { where, field, base, fault } = schema;
  const wrapper = wrapperOf(field, 'distance');
  if (!wrapper) return fault(wrapperFault(where, 'traverse', 'distance'));
  const way = traversal('traverse', schema);
  return way && { ...base, kind: 'traverse', ...wrapper, ...way };
};

const RESULTS = { path: 'GraphPath', neighbourhood: 'GraphNeighbourhood' } as const;

const drawnField = (kind: 'path' | 'neighbourhood', schema: FieldInSchema): PathField | NeighbourhoodField | undefined => {
  const { where, field, base, fault } = schema;
  if (getNamedType(field.type).name !== RESULTS[kind] || (base.list && kind === 'neighbourhood')) {
    const expected = kind === 'path' ? 'GraphPath for the shortest way, or [GraphPath!]! for all shortest ways' : 'GraphNeighbourhood';
    return fault(`${where} has @${kind}: its type must be ${expected}`);
  }
  const way = traversal(kind, schema);
  return way && { ...base, kind, ...way };
};

const traversal = (directive: string, { where, given, fault }: FieldInSchema) => {
  const { types, direction, maxDepth, properties } = given as {
    types?: string[] | null;
    direction: Direction;
    maxDepth: number;
    properties?: string;
  };
  if (maxDepth < 1 || maxDepth > MAX_DEPTH)
    return fault(`@${directive} on ${where} takes a maxDepth from 1 to ${MAX_DEPTH}, but got ${maxDepth}`);
  if (types?.length === 0)
    return fault(
      `@${directive} on ${where} needs at least one of types` +
        `${directive === 'traverse' ? '' : ': leave types out for all that the schema names'}`,
    );
  for (const type of types ?? []) {
    const message = graphNameFault(type);
    if (message !== undefined) return fault(`A name among types in @${directive} on ${where} ${message}`);
  }
  return { relationships: types ?? [], direction, maxDepth, properties };
};

const cypherField = ({ where, field, base, given, fault }: FieldInSchema): CypherField | undefined => {
  const { statement, columnName } = given as { statement: string; columnName: string };
  if (statement.trim() === '') return fault(`@cypher on ${where} has an empty statement`);
  if (!/^[\p{L}_][\p{L}\d_]*$/u.test(columnName))
    return fault(
      `@cypher on ${where} takes the name of a column of its result for columnName, such as "value", ` +
        `but got ${JSON.stringify(shortened(columnName))}`,
    );
  const named = getNamedType(field.type);
  if (isScalarType(named) && !NODE_SCALARS.has(named.name))
    return fault(
      `${where} has @cypher, so its type may be ${[...NODE_SCALARS].join(', ')}, a type with a home, or an object type of such fields`,
    );
  for (const argument of field.args) {
    if (!NODE_SCALARS.has(getNamedType(argument.type).name))
      return fault(`${where} has @cypher, so its argument ${argument.name} may be ${[...NODE_SCALARS].join(', ')}`);
  }
  const args = field.astNode?.arguments?.length ? `(${field.astNode.arguments.map(print).join(', ')})` : '';
  return { ...base, kind: 'cypher', statement, columnName, args, leadsTo: isObjectType(named) ? named.name : undefined };
};

/** The target of a wrapper: `RequirementReach { distance requirement }`. */
export const wrapperOf = (
  field: GraphQLField<unknown, unknown>,
  measure: 'distance' | 'score',
): Pick<NearestField, 'target' | 'wrapper' | 'wrapped'> | undefined => {
  const named = getNamedType(field.type);
  if (!isObjectType(named) || !isListType(isNonNullType(field.type) ? field.type.ofType : field.type)) return undefined;
  const wrapped = Object.values(named.getFields()).filter((inner) => isObjectType(getNamedType(inner.type)));
  const others = Object.keys(named.getFields()).filter((name) => name !== wrapped[0]?.name && name !== 'distance' && name !== 'score');
  if (wrapped.length !== 1 || others.length > 0 || hasHome(named) || !MEASURES[measure].includes(String(named.getFields()[measure]?.type)))
    return undefined;
  return { target: getNamedType(wrapped[0]!.type).name, wrapper: named.name, wrapped: wrapped[0]!.name };
};

const MEASURES = { distance: ['Int', 'Int!'], score: ['Float', 'Float!'] };

const hasHome = (type: GraphQLObjectType): boolean =>
  type.astNode?.directives?.some(({ name }) => name.value === 'table' || name.value === 'node') ?? false;

export const wrapperFault = (where: string, directive: string, measure: keyof typeof MEASURES): string =>
  `${where} has @${directive}: its type must be a list of an object type with ${measure} and one field of the target ` +
  `type, and with nothing else: ${MEASURES[measure].at(-1)} is the type of ${measure}`;

/** The fields of a type of relationship properties. */
export const propertyFields = (
  type: GraphQLObjectType,
  place: (field: GraphQLField<unknown, unknown>) => Place,
  alias: (field: GraphQLField<unknown, unknown>) => string | undefined,
  fault: (place: Place, message: string) => void,
): Map<string, PropertyField> => {
  const fields = new Map<string, PropertyField>();
  for (const field of Object.values(type.getFields())) {
    const named = getNamedType(field.type);
    if (!isEnumType(named) && !NODE_SCALARS.has(named.name)) {
      fault(
        place(field),
        `${type.name}.${field.name} is of type ${named.name}: ` +
          `a property of a relationship may be ${[...NODE_SCALARS].join(', ')} or an enum`,
      );
      continue;
    }
    if (['node', 'cursor', 'AND', 'OR', 'NOT'].includes(field.name)) {
      fault(
        place(field),
        `${type.name}.${field.name} has a name that connections and their where use themselves: call it otherwise, ` +
          `and say its property with @alias(property: "${field.name}")`,
      );
      continue;
    }
    const property = alias(field) ?? field.name;
    const message = graphNameFault(property);
    if (message !== undefined) {
      fault(place(field), `The property in @alias on ${type.name}.${field.name} ${message}`);
      continue;
    }
    const isList = isListType(isNonNullType(field.type) ? field.type.ofType : field.type);
    fields.set(field.name, {
      kind: 'property',
      name: field.name,
      description: field.description ?? undefined,
      deprecated: field.deprecationReason ?? undefined,
      place: place(field),
      type: String(field.type),
      nonNull: isNonNullType(field.type),
      list: isList,
      scalar: named.name,
      enumType: isEnumType(named),
      property,
    });
  }
  return fields;
};

/** What can be said of a field through the graph only once all types are known. */
export const checkGraphField = (
  type: EntityType,
  field: FieldPlan,
  types: ReadonlyMap<string, EntityType>,
  properties: ReadonlySet<string>,
  plain: ReadonlySet<string>,
  damaged: ReadonlySet<string>,
): string | undefined => {
  const where = `${type.name}.${field.name}`;
  if ('properties' in field && field.properties !== undefined && !properties.has(field.properties) && !damaged.has(field.properties)) {
    return `${where} names the properties ${field.properties}, but there is no type ${field.properties} with @relationshipProperties`;
  }
  if (field.kind === 'cypher' && field.leadsTo !== undefined) {
    const target = types.get(field.leadsTo);
    if (target ? target.node === undefined : !plain.has(field.leadsTo) && !damaged.has(field.leadsTo))
      return `${where} has @cypher and leads to ${field.leadsTo}, which has no @node, and is not a type of plain values either`;
  }
  return undefined;
};
