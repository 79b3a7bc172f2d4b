import {
  getNamedType,
  isEnumType,
  isListType,
  isNonNullType,
  isObjectType,
  isScalarType,
  type ASTNode,
  type GraphQLField,
  type GraphQLObjectType,
} from 'graphql';
import { compileGraphField, GRAPH_DIRECTIVES, NODE_SCALARS, wrapperFault, wrapperOf, type GraphDirective } from './compile-graph.js';
import { readEncryption } from './compile-encryption.js';
import { hasDirective, type ReadDirective } from './directives.js';
import type { Keyring } from './encryption.js';
import { placeOf } from './parse.js';
import { snakeCase } from './names.js';
import { joinField } from './compile-join.js';
import { graphNameFault, sqlNameFault } from './store-names.js';
import { canHold, columnOf, readSqlType, SQL_TYPES, typeFault } from './sql-types.js';
import type { ColumnField, FieldPlan } from './fields.js';

/** A field of a type with a home, as the schema files have it. */
interface FieldOfType {
  readonly type: GraphQLObjectType;
  readonly field: GraphQLField<unknown, unknown>;
  readonly home: 'table' | 'node';
  readonly hasNode: boolean;
  readonly read: ReadDirective;
  readonly keyring: Keyring;
  readonly tell: (node: ASTNode | null | undefined, message: string) => void;
}

/** How a field is reached; its faults are told. */
export const compileField = (given: FieldOfType): FieldPlan | undefined => {
  const { type, field, home, hasNode, read } = given;
  const at = field.astNode;
  const fault = (message: string) => void given.tell(at, message);
  const where = `${type.name}.${field.name}`;
  const named = getNamedType(field.type);
  const unwrapped = isNonNullType(field.type) ? field.type.ofType : field.type;
  const base = {
    name: field.name,
    description: field.description ?? undefined,
    deprecated: field.deprecationReason ?? undefined,
    place: placeOf(at),
    type: String(field.type),
    nonNull: isNonNullType(field.type),
    list: isListType(unwrapped),
  };
  const used = ['column', 'join', 'nearest', ...GRAPH_DIRECTIVES].filter((name) => hasDirective(at, name) && read(name, at));
  if (used.length > 1) return fault(`${where} has @${used.join(' and @')}: a field is reached in one way`);

  if (hasDirective(at, 'traced') && used[0] !== 'relationship') fault(`${where} has @traced, which is only for a field with @relationship`);
  if (GRAPH_DIRECTIVES.includes(used[0] as GraphDirective) && (used[0] === 'cypher' || isObjectType(named)))
    return compileGraphField(used[0] as GraphDirective, {
      where,
      field,
      base,
      hasNode,
      isTraced: hasDirective(at, 'traced'),
      given: read(used[0]!, at)!,
      fault,
    });
  if (isScalarType(named) || isEnumType(named)) {
    const message = graphNameFault(aliasOf(given) ?? field.name);
    if (message !== undefined) return fault(`The property in @alias on ${where} ${message}`);
    if (used[0] && used[0] !== 'column') return fault(`${where} has @${used[0]}, but its type ${named.name} is not an object type`);
    return home === 'node' ? propertyField(given, where, base, fault) : columnField(given, where, base, fault);
  }
  switch (used[0]) {
    case 'join':
      return joinField({ ...given, where, base, fault });
    case 'nearest': {
      const way = wrapperOf(field, 'score');
      return way ? { ...base, kind: 'nearest', ...way } : fault(wrapperFault(where, 'nearest', 'score'));
    }
    default:
      return fault(
        `${where} is of type ${named.name}, but no directive says how it is reached: ` +
          'add @join, @relationship, @traverse, @path, @neighbourhood, @cypher or @nearest',
      );
  }
};

type Base = Pick<FieldPlan, 'name' | 'description' | 'deprecated' | 'place' | 'type' | 'nonNull' | 'list'>;
type Fault = (message: string) => undefined;

const aliasOf = ({ field: { astNode }, read }: FieldOfType): string | undefined =>
  hasDirective(astNode, 'alias') ? String(read('alias', astNode)?.['property']) : undefined;

const propertyField = (given: FieldOfType, where: string, base: Base, fault: Fault): FieldPlan | undefined => {
  const named = getNamedType(given.field.type);
  if (!isEnumType(named) && !NODE_SCALARS.has(named.name))
    return fault(`${where} is of type ${named.name}: a field of a node-home type may be ${[...NODE_SCALARS].join(', ')} or an enum`);
  if (base.name === 'id' && (aliasOf(given) ?? 'id') !== 'id')
    return fault(
      `${where} has @alias, but nodes are looked up by their property id: leave @alias out, and show the other property by another field`,
    );
  return { ...base, kind: 'property', scalar: named.name, enumType: isEnumType(named), property: aliasOf(given) ?? base.name };
};

const columnField = (given: FieldOfType, where: string, base: Base, fault: Fault): FieldPlan | undefined => {
  const named = getNamedType(given.field.type);
  if (base.list && named.name === 'Bytes')
    return fault(`${where} is a list of Bytes, which is not supported: say [String!] for an array of texts, or Bytes for one value`);
  const { name, type, ...said } = (given.read('column', given.field.astNode) ?? {}) as {
    name?: string | null;
    type?: string | null;
    default?: boolean;
    readOnly?: boolean;
  };
  const usual = isEnumType(named) ? 'text' : SQL_TYPES[named.name];
  const sqlType = type ?? (usual && base.list ? `${usual}[]` : usual);
  if (sqlType === undefined)
    return fault(`${where} has the scalar ${named.name}, whose SQL type is not known: say it with @column(type: "...")`);
  const read = readSqlType(sqlType);
  if (!read) return fault(`${where} ${typeFault(sqlType)}`);
  if (base.list && read.isList === false)
    return fault(`${where} is a list, so its column is an array, but its type is said to be ${sqlType}: say ${sqlType}[]`);
  if (!canHold(read.sqlType, named.name))
    return fault(
      `${where} is of type ${base.type}, but its column is said to be ${sqlType}, which holds none: ` +
        'say another type, or make the field a String',
    );
  const column = columnOf(name ?? snakeCase(base.name), read);
  const message = sqlNameFault(column.name);
  if (message !== undefined) return fault(`The name of the column of ${where} ${message}: say another with @column(name: "...")`);
  const plan: ColumnField = {
    ...base,
    kind: 'column',
    column,
    scalar: named.name,
    enumType: isEnumType(named),
    hasDefault: said.default === true || read.isSerial,
    readOnly: said.readOnly === true,
    ...textIndexes(given, base.list || named.name !== 'String', fault),
    property: aliasOf(given),
  };
  if (!hasDirective(given.field.astNode, 'encrypted')) return plan;
  const encrypted = readEncryption(where, plan, given.read('encrypted', given.field.astNode) ?? {}, given.keyring, fault);
  return encrypted && { ...plan, encrypted };
};

const textIndexes = (
  { field: { astNode, name }, read }: FieldOfType,
  isRefused: boolean,
  fault: Fault,
): { fulltext: string | undefined; trigram: boolean } => {
  const fulltext = hasDirective(astNode, 'fulltext') ? String(read('fulltext', astNode)?.['language']) : undefined;
  const trigram = hasDirective(astNode, 'trigram');
  if (isRefused && (fulltext !== undefined || trigram))
    fault(`${name} has @${trigram ? 'trigram' : 'fulltext'}, which is for fields of type String`);
  if (fulltext !== undefined && !/^[a-z_]+$/.test(fulltext))
    fault(`@fulltext on ${name} takes the name of a text search configuration, such as "english", but got ${JSON.stringify(fulltext)}`);
  return { fulltext, trigram };
};
