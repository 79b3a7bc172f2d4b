import {
  Kind,
  type ASTNode,
  type DefinitionNode,
  type DocumentNode,
  type FieldDefinitionNode,
  type ObjectTypeDefinitionNode,
  type TypeNode,
} from 'graphql';
import { isOwnFile } from './parse.js';

/** Directives that mean something in a schema file, beside those that GraphQL itself has. */
const DIRECTIVES = new Set([
  'table',
  'column',
  'fulltext',
  'trigram',
  'encrypted',
  'join',
  'value',
  'node',
  'alias',
  'relationship',
  'relationshipProperties',
  'traverse',
  'path',
  'neighbourhood',
  'cypher',
  'traced',
  'user',
  'embedding',
  'collection',
  'nearest',
  'authentication',
  'authorization',
  'mask',
  'public',
  'sessionVariable',
  'deprecated',
  'specifiedBy',
  'oneOf',
  'skip',
  'include',
]);

/** Types of directives.graphql that are no objects. */
const OWN_TYPES = new Set([
  'GraphNode',
  'EmbeddedVector',
  'PayloadKey',
  'HnswSettings',
  'QuantizationSettings',
  'QuantizationMethod',
  'RelationshipDirection',
  'AuthorizationFilter',
  'AuthorizationValidate',
  'AuthorizationOperation',
  'AuthorizationTime',
  'MaskedPart',
]);

const ROOTS = new Set(['Query', 'Mutation', 'Subscription']);

/** Names that all objects of JavaScript have: what is looked up by name would find something in every row. */
const INHERITED: ReadonlySet<string> = new Set(Object.getOwnPropertyNames(Object.prototype));

/** Names that GraphQL takes for a field, but not for the value of an enum that names the field. */
const NO_VALUES = new Set(['true', 'false', 'null']);

/** A construct of GraphQL that is refused, and why. */
export type Refuse = (node: ASTNode, message: string) => void;

/**
 * Constructs of GraphQL that a schema file cannot have. To leave one out without a word would be worse than to refuse it:
 * whoever wrote it relies on it.
 */
export const refuseConstructs = (document: DocumentNode, refuse: Refuse): void => {
  for (const definition of document.definitions) refuseDefinition(definition, refuse);
};

const refuseDefinition = (definition: DefinitionNode, refuse: Refuse): void => {
  const name = 'name' in definition ? (definition.name?.value ?? '') : '';
  switch (definition.kind) {
    case Kind.SCHEMA_DEFINITION:
    case Kind.SCHEMA_EXTENSION:
      return refuse(definition, 'The roots are made by the gateway from the types: leave schema out');
    case Kind.OPERATION_DEFINITION:
    case Kind.FRAGMENT_DEFINITION:
      return refuse(definition, 'A schema file holds types, and no operations: send those to the gateway');
    case Kind.DIRECTIVE_DEFINITION:
      if (!DIRECTIVES.has(name))
        refuse(definition, `The gateway does not know the directive @${name}, and clients would not see what it is said of: leave it out`);
      return;
    case Kind.INTERFACE_TYPE_DEFINITION:
    case Kind.INTERFACE_TYPE_EXTENSION:
      return refuse(definition, `Interfaces are not supported: leave ${name} out, and write its fields into each type`);
    case Kind.UNION_TYPE_DEFINITION:
    case Kind.UNION_TYPE_EXTENSION:
      if (!(OWN_TYPES.has(name) && isOwnFile(definition)))
        refuse(definition, `Unions are not supported: leave ${name} out, and lead to each of its types by a field`);
      return;
    case Kind.INPUT_OBJECT_TYPE_DEFINITION:
    case Kind.INPUT_OBJECT_TYPE_EXTENSION:
      if (!(OWN_TYPES.has(name) && isOwnFile(definition)))
        refuse(definition, `Inputs are made by the gateway from the types: leave ${name} out`);
      return;
    case Kind.ENUM_TYPE_EXTENSION:
      if (OWN_TYPES.has(name)) refuse(definition, `${name} is a type of the gateway itself, which cannot be extended`);
      return refuseName(definition, name, refuse);
    case Kind.OBJECT_TYPE_EXTENSION:
    case Kind.OBJECT_TYPE_DEFINITION:
      return refuseObject({ ...definition, kind: Kind.OBJECT_TYPE_DEFINITION }, definition, refuse);
    case Kind.ENUM_TYPE_DEFINITION:
    case Kind.SCALAR_TYPE_DEFINITION:
      return refuseName(definition, name, refuse);
    case Kind.SCALAR_TYPE_EXTENSION:
      return;
  }
};

const SCALARS = new Set(['ID', 'String', 'Int', 'Float', 'Boolean']);

const refuseName = (node: ASTNode, name: string, refuse: Refuse): void => {
  if (SCALARS.has(name) && node.kind !== Kind.SCALAR_TYPE_DEFINITION)
    refuse(node, `${name} is a scalar of GraphQL itself: call the type otherwise`);
  const root = name.charAt(0).toLowerCase() + name.slice(1);
  if (!name.startsWith('__') && (INHERITED.has(name) || INHERITED.has(root)))
    refuse(node, `${name} has a name that every object of JavaScript has: call the type otherwise`);
};

const refuseObject = (type: ObjectTypeDefinitionNode, at: ASTNode, refuse: Refuse): void => {
  const { value: name } = type.name;
  if (ROOTS.has(name)) return refuse(at, `${name} is made by the gateway from the types: leave it out of the schema files`);
  if (at.kind === Kind.OBJECT_TYPE_EXTENSION && name.startsWith('Graph') && OWN_OBJECTS.has(name))
    return refuse(at, `${name} is a type of the gateway itself, which cannot be extended`);
  refuseName(at, name, refuse);
  for (const one of type.interfaces ?? [])
    refuse(one, `${name} implements ${one.name.value}, but interfaces are not supported: write its fields into ${name}`);
  if (!isOwnFile(at)) for (const field of type.fields ?? []) refuseField(name, field, refuse);
};

const OWN_OBJECTS = new Set([
  'GraphPath',
  'GraphPathRelationship',
  'GraphNeighbourhood',
  'GraphNeighbourhoodNode',
  'GraphNodeData',
  'GraphNeighbourhoodEdge',
  'GraphEdgeData',
]);

const refuseField = (type: string, field: FieldDefinitionNode, refuse: Refuse): void => {
  const { value: name } = field.name;
  const where = `${type}.${name}`;
  const otherwise = 'call it otherwise, and say its column with @column(name: "...") or its property with @alias(property: "...")';
  if (INHERITED.has(name) && !name.startsWith('__')) refuse(field, `${where} has a name that every object of JavaScript has: ${otherwise}`);
  if (NO_VALUES.has(name))
    refuse(
      field,
      `${where} has a name that GraphQL does not take for the value of an enum, and there are enums of the fields: ${otherwise}`,
    );
  refuseList(where, field, refuse);
  const isAsked = field.directives?.some((directive) => directive.name.value === 'cypher') ?? false;
  for (const argument of field.arguments ?? []) {
    if (!isAsked)
      return refuse(
        field,
        `${where} has arguments of its own, which only a field with @cypher takes: ` +
          'the gateway gives a field those that its directive needs',
      );
    if (INHERITED.has(argument.name.value))
      refuse(argument, `The argument ${argument.name.value} of ${where} has a name that every object of JavaScript has: call it otherwise`);
  }
};

/** No store gives entries that are null, and none keeps lists of lists. */
const refuseList = (where: string, { type }: FieldDefinitionNode, refuse: Refuse): void => {
  const list = nullableOf(type);
  if (list.kind !== Kind.LIST_TYPE) return;
  const entry = nullableOf(list.type);
  if (entry.kind === Kind.LIST_TYPE) return refuse(type, `${where} is a list of lists, which is not supported: say JSON for such a value`);
  if (list.type.kind !== Kind.NON_NULL_TYPE)
    refuse(
      type,
      `${where} is a list whose entries may be null, which is not supported: say [${(entry as { name: { value: string } }).name.value}!]`,
    );
};

const nullableOf = (type: TypeNode): Exclude<TypeNode, { kind: Kind.NON_NULL_TYPE }> =>
  type.kind === Kind.NON_NULL_TYPE ? type.type : type;
