import {
  getDirectiveValues,
  getNamedType,
  isEnumType,
  isListType,
  isNonNullType,
  isObjectType,
  isScalarType,
  print,
  type ASTNode,
  type DocumentNode,
  type GraphQLEnumType,
  type GraphQLField,
  type GraphQLObjectType,
  type GraphQLSchema,
} from 'graphql';
import { counted, GatewayError, messageOf } from '../errors.js';
import { compileEmbedding } from './embedding.js';
import { pluralName, singularName, snakeCase } from './names.js';
import { buildSchema, directiveTypes, parseFiles, placeOf, type SchemaFile } from './parse.js';
import { formatFaults, type Column, type EntityType, type EnumType, type Fault, type FieldPlan, type Model, type TableType } from './types.js';

/** SQL type of a column whose directive names none. */
const SQL_TYPES: Readonly<Record<string, string>> = {
  ID: 'uuid',
  String: 'text',
  Int: 'integer',
  Float: 'double precision',
  Boolean: 'boolean',
  BigInt: 'bigint',
  Decimal: 'numeric',
  DateTime: 'timestamp with time zone',
  LocalDateTime: 'timestamp without time zone',
  JSON: 'jsonb',
};

/** Scalars that @neo4j/graphql serves. */
const NODE_SCALARS = new Set(['ID', 'String', 'Int', 'Float', 'Boolean', 'DateTime', 'LocalDateTime', 'BigInt']);

/** Paths grow with every hop: more than this is no question a graph answers in time. */
const MAX_TRAVERSE = 20;

const CONNECTIVES = new Set(['AND', 'OR', 'NOT']);

/**
 * Compiles annotated SDL to the Model. Pure: no I/O. All faults are collected and thrown together.
 *
 * @throws GatewayError SCHEMA_INVALID with file and line of each fault
 */
export const compileModel = (files: readonly SchemaFile[]): Model => {
  const faults: Fault[] = [];
  const document = parseFiles(files, faults);
  const schema = faults.length === 0 ? buildSchema(document, faults) : undefined;
  if (schema === undefined || faults.length > 0) throw invalid(faults);
  const model = new Compiler(schema, faults).compile(document);
  if (faults.length > 0) throw invalid(faults);
  return model;
};

const invalid = (faults: readonly Fault[]) => new GatewayError('SCHEMA_INVALID', { count: counted(faults.length, 'fault'), detail: formatFaults(faults) });

type Arguments = Readonly<Record<string, unknown>>;

class Compiler {
  readonly #schema: GraphQLSchema;
  readonly #faults: Fault[];

  constructor(schema: GraphQLSchema, faults: Fault[]) {
    this.#schema = schema;
    this.#faults = faults;
  }

  compile(document: DocumentNode): Model {
    const named = Object.values(this.#schema.getTypeMap()).filter((type) => !type.name.startsWith('__'));
    const own = directiveTypes(this.#schema);
    const enums = new Map(named.filter(isEnumType).filter((type) => !own.has(type.name)).map((type) => [type.name, this.#enum(type)]));
    const types = new Map<string, EntityType>();
    for (const type of named) {
      if (!isObjectType(type)) continue;
      if (['Query', 'Mutation', 'Subscription'].includes(type.name)) {
        this.#fault(type.astNode, `${type.name} is made by the gateway from the types: leave it out of the schema files`);
        continue;
      }
      const entity = this.#entity(type);
      if (entity) types.set(type.name, entity);
    }
    for (const type of types.values()) this.#checkType(type, types);
    // A key made of joined columns has its types from the joins, which are complete only now.
    for (const [name, type] of types) {
      if (type.home === 'table') types.set(name, { ...type, table: { ...type.table, key: this.#key(type.fields, type.table.key.map((column) => column.name)) } });
    }
    const shown = document.definitions.filter((definition) => !('name' in definition) || !own.has(definition.name?.value ?? ''));
    return Object.freeze({ types, enums, sdl: shown.map(print).join('\n\n') });
  }

  #fault(node: ASTNode | null | undefined, message: string) {
    this.#faults.push({ place: placeOf(node), message });
  }

  #directive(name: string, node: ASTNode | null | undefined): Arguments | undefined {
    const directive = this.#schema.getDirective(name);
    if (!directive || !node) return undefined;
    try {
      return getDirectiveValues(directive, node as Parameters<typeof getDirectiveValues>[1]);
    } catch (error) {
      return void this.#fault(node, `@${name}: ${messageOf(error)}`);
    }
  }

  #enum(type: GraphQLEnumType): EnumType {
    const values = type.getValues().map((value) => {
      const given = this.#directive('value', value.astNode)?.['is'];
      return [value.name, typeof given === 'string' ? given : value.name.toLowerCase()] as const;
    });
    return { name: type.name, place: placeOf(type.astNode), values: new Map(values) };
  }

  #entity(type: GraphQLObjectType): EntityType | undefined {
    const table = this.#directive('table', type.astNode);
    const node = this.#directive('node', type.astNode);
    const embedding = this.#directive('embedding', type.astNode);
    if (!table && !node) {
      if (embedding) this.#fault(type.astNode, `@embedding on ${type.name} needs @table: the vector's row must have a home`);
      return undefined;
    }
    const fields = new Map<string, FieldPlan>();
    if (pluralName(type.name) === singularName(type.name)) this.#fault(type.astNode, `${type.name} has no plural of its own (${pluralName(type.name)}), so its roots would have one name: call it otherwise`);
    for (const field of Object.values(type.getFields())) {
      if (CONNECTIVES.has(field.name)) this.#fault(field.astNode, `${type.name}.${field.name} has a name that where uses itself: call it otherwise and say its column with @column(name: "${field.name.toLowerCase()}")`);
      const plan = this.#field(type, field, table ? 'table' : 'node', node !== undefined);
      if (plan) fields.set(field.name, plan);
    }
    const base = {
      name: type.name,
      description: type.description ?? undefined,
      place: placeOf(type.astNode),
      singular: singularName(type.name),
      plural: pluralName(type.name),
      fields,
    };
    const nodePlan = node ? { labels: (node['labels'] as string[] | undefined) ?? [type.name] } : undefined;
    if (!table) {
      if (fields.get('id')?.kind !== 'property') this.#fault(type.astNode, `${type.name} needs a field id: its rows are looked up by it`);
      return { ...base, home: 'node', node: nodePlan! };
    }
    return {
      ...base,
      home: 'table',
      table: { schema: String(table['schema']), name: String(table['name']), key: this.#key(fields, table['key'] as string[] | undefined) },
      node: nodePlan,
      embedding: embedding ? compileEmbedding(type.name, embedding as unknown as Parameters<typeof compileEmbedding>[1], fields, (message) => this.#fault(type.astNode, message)) : undefined,
    };
  }

  /** The key's columns; the SQL type of one that no field shows is taken to be uuid. */
  #key(fields: ReadonlyMap<string, FieldPlan>, names: readonly string[] | undefined): Column[] {
    const columns = [...fields.values()].flatMap((field) => (field.kind === 'column' ? [field.column] : field.kind === 'join' ? [field.from] : []));
    if (names) return names.map((name) => columns.find((column) => column.name === name) ?? { name, sqlType: 'uuid' });
    const id = fields.get('id');
    return id?.kind === 'column' ? [id.column] : [];
  }

  #field(type: GraphQLObjectType, field: GraphQLField<unknown, unknown>, home: 'table' | 'node', hasNode: boolean): FieldPlan | undefined {
    const at = field.astNode;
    const where = `${type.name}.${field.name}`;
    const named = getNamedType(field.type);
    const unwrapped = isNonNullType(field.type) ? field.type.ofType : field.type;
    const base = {
      name: field.name,
      description: field.description ?? undefined,
      place: placeOf(at),
      type: String(field.type),
      nonNull: isNonNullType(field.type),
      list: isListType(unwrapped),
    };
    const used = ['column', 'join', 'relationship', 'traverse', 'nearest'].filter((name) => this.#directive(name, at) && hasDirective(at, name));
    if (used.length > 1) return void this.#fault(at, `${where} has @${used.join(' and @')}: a field is reached in one way`);
    const alias = hasDirective(at, 'alias') ? String(this.#directive('alias', at)!['property']) : undefined;

    if (isScalarType(named) || isEnumType(named)) {
      if (used[0] && used[0] !== 'column') return void this.#fault(at, `${where} has @${used[0]}, but its type ${named.name} is not an object type`);
      if (home === 'node' && !NODE_SCALARS.has(named.name)) return void this.#fault(at, `${where} is of type ${named.name}: a field of a node-home type may be ${[...NODE_SCALARS].join(', ')}`);
      if (home === 'node') return { ...base, kind: 'property', scalar: named.name, property: alias ?? field.name };
      const column = this.#directive('column', at) ?? {};
      const usual = isEnumType(named) ? 'text' : SQL_TYPES[named.name];
      const sqlType = (column['type'] as string | undefined) ?? (usual && base.list ? `${usual}[]` : usual);
      if (!sqlType) return void this.#fault(at, `${where} has the scalar ${named.name}, whose SQL type is not known: say it with @column(type: "...")`);
      return {
        ...base,
        kind: 'column',
        column: { name: (column['name'] as string | undefined) ?? snakeCase(field.name), sqlType },
        scalar: named.name,
        enumType: isEnumType(named),
        hasDefault: column['default'] === true,
        readOnly: column['readOnly'] === true,
        property: alias,
      };
    }

    switch (used[0]) {
      case 'join': {
        const { from, to, type: sqlType } = this.#directive('join', at)! as { from?: string; to?: string; type?: string };
        if (home === 'node') return void this.#fault(at, `${where} has @join, but ${type.name} has no table`);
        if ((from === undefined) === (to === undefined) && from === undefined) return void this.#fault(at, `@join on ${where} needs from or to`);
        if (from === undefined && !base.list) return void this.#fault(at, `${where} is joined by a column of ${named.name}, so it may have many: its type must be [${named.name}!]!`);
        // Types and the defaulted side are completed in #checkType, when every key is known.
        return { ...base, kind: 'join', target: named.name, from: { name: from ?? '', sqlType: sqlType ?? '' }, to: { name: to ?? '', sqlType: sqlType ?? '' } };
      }
      case 'relationship': {
        const { type: relationship, direction } = this.#directive('relationship', at)! as { type: string; direction: 'IN' | 'OUT' };
        if (!hasNode) return void this.#fault(at, `${where} has @relationship, but ${type.name} has no @node`);
        if (!base.list) return void this.#fault(at, `${where} is a relationship, so it may have many: its type must be [${named.name}!]!`);
        return { ...base, kind: 'relationship', target: named.name, relationship, direction };
      }
      case 'traverse':
      case 'nearest': {
        if (used[0] === 'traverse' && !hasNode) return void this.#fault(at, `${where} has @traverse, but ${type.name} has no @node`);
        const wrapped = isObjectType(named) ? Object.values(named.getFields()).filter((inner) => isObjectType(getNamedType(inner.type))) : [];
        const measure = used[0] === 'traverse' ? 'distance' : 'score';
        if (!isObjectType(named) || wrapped.length !== 1 || !named.getFields()[measure] || !base.list) {
          return void this.#fault(at, `${where} has @${used[0]}: its type must be a list of an object type with ${measure} and one field of the target type`);
        }
        const wrapper = { target: getNamedType(wrapped[0]!.type).name, wrapper: named.name, wrapped: wrapped[0]!.name };
        if (used[0] === 'nearest') return { ...base, kind: 'nearest', ...wrapper };
        const { types, direction, maxDepth } = this.#directive('traverse', at)! as { types: string[]; direction: 'IN' | 'OUT'; maxDepth: number };
        if (maxDepth < 1 || maxDepth > MAX_TRAVERSE) return void this.#fault(at, `@traverse on ${where} takes a maxDepth from 1 to ${MAX_TRAVERSE}, but got ${maxDepth}`);
        return { ...base, kind: 'traverse', ...wrapper, relationships: types, direction, maxDepth };
      }
      default:
        return void this.#fault(at, `${where} is of type ${named.name}, but no directive says how it is reached: add @join, @relationship, @traverse or @nearest`);
    }
  }

  /** What can only be said once all types are known: targets, and the two columns of each join. */
  #checkType(type: EntityType, types: Map<string, EntityType>) {
    for (const field of type.fields.values()) {
      if (!('target' in field)) continue;
      const target = types.get(field.target);
      const where = `${type.name}.${field.name}`;
      const fault = (message: string) => this.#faults.push({ place: field.place, message });
      if (!target) {
        fault(`${where} leads to ${field.target}, which has neither @table nor @node`);
      } else if (field.kind === 'join') {
        if (target.home !== 'table') fault(`${where} has @join, but ${target.name} has no table`);
        else (type.fields as Map<string, FieldPlan>).set(field.name, this.#completeJoin(type as TableType, field, target));
      } else if (target.node === undefined && field.kind !== 'nearest') {
        fault(`${where} is a graph hop, but ${target.name} has no @node`);
      } else if (field.kind === 'nearest' && (target.name !== type.name || type.home !== 'table' || !type.embedding)) {
        fault(`${where} has @nearest: its rows must be of ${type.name} itself, which needs @embedding`);
      } else if (field.kind === 'traverse' && type.home === 'node') {
        fault(`${where} has @traverse, but ${type.name} has no @table: only rows are reached by @traverse`);
      } else if (field.kind === 'traverse' && target.name !== type.name) {
        fault(`${where} has @traverse: its rows must be of ${type.name} itself`);
      } else if (target.home === 'table' && target.table.key.length !== 1) {
        fault(`${where} leads to ${target.name} by key, but the key of ${target.name} is not one column`);
      }
    }
    if (![...type.fields.values()].some((field) => field.kind === 'column' || field.kind === 'property')) {
      this.#faults.push({ place: type.place, message: `${type.name} needs a field with a value of its own, not only joins and hops` });
    }
    if (type.home === 'table') {
      if (type.embedding && type.table.key[0] && type.table.key[0].sqlType !== 'uuid') {
        this.#faults.push({ place: type.place, message: `@embedding on ${type.name} needs a key of type uuid, but ${type.table.key[0].name} is ${type.table.key[0].sqlType}: a point's id must be one` });
      }
      const first = type.embedding && [...types.values()].find((other) => other.home === 'table' && other.embedding?.collection === type.embedding?.collection)!;
      if (first && first !== type) this.#faults.push({ place: type.place, message: `@embedding on ${type.name} names collection ${type.embedding.collection}, which holds the rows of ${first.name}: each type needs one of its own` });
      if ((type.node || type.embedding) && type.table.key.length !== 1) {
        this.#faults.push({ place: type.place, message: `${type.name} stands in the graph or as vectors, so its key must be one column: add a field id` });
      }
    }
  }

  #completeJoin(type: TableType, field: Extract<FieldPlan, { kind: 'join' }>, target: TableType): FieldPlan {
    const complete = (own: Column, owner: TableType, other: TableType): Column => {
      if (own.name === '') return owner.table.key[0] ?? own;
      if (own.sqlType !== '') return own;
      const shown = [...owner.fields.values()].find((candidate) => candidate.kind === 'column' && candidate.column.name === own.name);
      return { name: own.name, sqlType: shown?.kind === 'column' ? shown.column.sqlType : (other.table.key[0]?.sqlType ?? 'uuid') };
    };
    return { ...field, from: complete(field.from, type, target), to: complete(field.to, target, type) };
  }
}

const hasDirective = (node: { readonly directives?: readonly { readonly name: { readonly value: string } }[] | undefined } | null | undefined, name: string): boolean =>
  node?.directives?.some((directive) => directive.name.value === name) ?? false;
