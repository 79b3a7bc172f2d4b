import {
  getDirectiveValues,
  getNamedType,
  isEnumType,
  isListType,
  isNonNullType,
  isObjectType,
  isScalarType,
  Kind,
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
import {
  checkGraphField,
  compileGraphField,
  GRAPH_DIRECTIVES,
  NODE_SCALARS,
  propertyFields,
  wrapperFault,
  wrapperOf,
  type GraphDirective,
} from './compile-graph.js';
import { connectionFault } from './join-connection.js';
import { graphPlural, graphSingular, pluralName, singularName, snakeCase } from './names.js';
import { SQL_TYPES } from './sql-types.js';
import { checkType } from './check-types.js';
import { readDocument, type SchemaDocument } from './document.js';
import { nameFaults } from './made-names.js';
import { directiveTypes, placeOf, type SchemaFile } from './parse.js';
import { checkUse } from './plain-types.js';
import { withToken } from './token.js';
import { formatFaults, type Fault } from './faults.js';
import { isWritable, type Column, type EntityType, type EnumType, type FieldPlan, type Model, type PropertiesType } from './types.js';

const CONNECTIVES = new Set(['AND', 'OR', 'NOT']);

/**
 * Compiles annotated SDL to the Model. Pure: no I/O. All faults are collected and thrown together.
 *
 * @throws GatewayError SCHEMA_INVALID with file and line of each fault
 */
export const compileModel = (files: readonly SchemaFile[]): Model => {
  const faults: Fault[] = [];
  const read = readDocument(files, faults);
  const model = new Compiler(read, faults).compile();
  faults.push(...nameFaults(model));
  if (faults.length > 0) throw invalid(inOrder(faults, files));
  return model;
};

const invalid = (faults: readonly Fault[]) =>
  new GatewayError('SCHEMA_INVALID', { count: counted(faults.length, 'fault'), detail: formatFaults(faults) });

/** Each fault once, from the first line of the first file on. */
const inOrder = (faults: readonly Fault[], files: readonly SchemaFile[]): Fault[] => {
  const index = new Map(files.map(({ path }, at) => [path, at]));
  const each = new Map(faults.map((fault) => [formatFaults([fault]), fault]));
  const fileOf = ({ place }: Fault) => index.get(place.file) ?? -1;
  return [...each.values()].sort((one, other) => fileOf(one) - fileOf(other) || one.place.line - other.place.line);
};

type Arguments = Readonly<Record<string, unknown>>;

class Compiler {
  readonly #schema: GraphQLSchema;
  readonly #document: DocumentNode;
  readonly #damaged: ReadonlySet<string>;
  readonly #faults: Fault[];

  constructor({ schema, document, damaged }: SchemaDocument, faults: Fault[]) {
    this.#schema = schema;
    this.#document = document;
    this.#damaged = damaged;
    this.#faults = faults;
  }

  compile(): Model {
    checkUse(this.#schema, ({ astNode }, message) => this.#fault(astNode, message), this.#damaged);
    const named = Object.values(this.#schema.getTypeMap()).filter((type) => !type.name.startsWith('__'));
    const own = directiveTypes(this.#schema);
    const enums = new Map(
      named
        .filter(isEnumType)
        .filter((type) => !own.has(type.name))
        .map((type) => [type.name, this.#enum(type)]),
    );
    const types = new Map<string, EntityType>();
    const relationshipProperties = new Map<string, PropertiesType>();
    // Types of plain values: what a statement of the schema may give.
    const plain = new Set<string>();
    for (const type of named) {
      if (!isObjectType(type)) continue;
      if (hasDirective(type.astNode, 'relationshipProperties')) {
        const alias = (field: GraphQLField<unknown, unknown>) =>
          this.#directive('alias', field.astNode)?.['property'] as string | undefined;
        const fields = propertyFields(
          type,
          (field) => placeOf(field.astNode),
          alias,
          (place, message) => this.#faults.push({ place, message }),
        );
        relationshipProperties.set(type.name, { name: type.name, description: type.description ?? undefined, fields });
        continue;
      }
      if (Object.values(type.getFields()).every((field) => NODE_SCALARS.has(getNamedType(field.type).name))) plain.add(type.name);
      const entity = this.#entity(type);
      if (entity) types.set(type.name, entity);
    }
    for (const type of types.values()) {
      checkType(type, types, this.#damaged, (place, message) => this.#faults.push({ place, message }));
      for (const field of type.fields.values()) {
        const message =
          checkGraphField(type, field, types, new Set(relationshipProperties.keys()), plain, this.#damaged) ?? connectionFault(type, field);
        if (message !== undefined) this.#faults.push({ place: field.place, message });
      }
    }
    // A key made of joined columns has its types from the joins, which are complete only now.
    for (const [name, type] of types) {
      if (type.home !== 'table') continue;
      const complete = {
        ...type,
        table: {
          ...type.table,
          key: this.#key(
            type.fields,
            type.table.key.map((column) => column.name),
          ),
        },
      };
      types.set(name, isWritable(complete) ? withToken(complete, this.#faults, this.#damaged.has(name)) : complete);
    }
    // Arguments of traversals have a direction, too; the other types are for directives alone.
    const shown = this.#document.definitions.filter(
      (definition) =>
        !('name' in definition) || definition.name?.value === 'RelationshipDirection' || !own.has(definition.name?.value ?? ''),
    );
    const places = new Map(
      shown.flatMap((definition) =>
        'name' in definition && definition.name && definition.kind !== Kind.DIRECTIVE_DEFINITION
          ? [[definition.name.value, placeOf(definition)] as const]
          : [],
      ),
    );
    return Object.freeze({ types, relationshipProperties, enums, places, sdl: shown.map(print).join('\n\n') });
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
    const taken = new Map<string, string>();
    const values = type.getValues().map((value) => {
      const given = this.#directive('value', value.astNode)?.['is'];
      const text = typeof given === 'string' ? given : value.name.toLowerCase();
      const other = taken.get(text);
      if (other !== undefined)
        this.#fault(
          value.astNode,
          `${type.name}.${value.name} and ${type.name}.${other} stand for the same text in the database, ${JSON.stringify(text)}: say another with @value(is: "...")`,
        );
      taken.set(text, value.name);
      return [value.name, text] as const;
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
    const [singular, plural] = table
      ? [singularName(type.name), pluralName(type.name)]
      : [graphSingular(type.name), graphPlural(type.name)];
    if (plural === singular)
      this.#fault(type.astNode, `${type.name} has no plural of its own (${plural}), so its roots would have one name: call it otherwise`);
    for (const field of Object.values(type.getFields())) {
      if (CONNECTIVES.has(field.name))
        this.#fault(
          field.astNode,
          `${type.name}.${field.name} has a name that where uses itself: call it otherwise and say its column with @column(name: "${field.name.toLowerCase()}")`,
        );
      const plan = this.#field(type, field, table ? 'table' : 'node', node !== undefined);
      if (plan) fields.set(field.name, plan);
    }
    const base = {
      name: type.name,
      description: type.description ?? undefined,
      place: placeOf(type.astNode),
      singular,
      plural,
      fields,
    };
    const labels = (node?.['labels'] as string[] | null | undefined) ?? [type.name];
    if (labels.length === 0 || labels.includes(''))
      this.#fault(
        type.astNode,
        `@node on ${type.name} needs at least one label, and none that is empty: leave labels out for ${type.name}`,
      );
    const nodePlan = node ? { labels } : undefined;
    if (!table) {
      if (fields.get('id')?.kind !== 'property' && !this.#damaged.has(type.name))
        this.#fault(type.astNode, `${type.name} needs a field id: its rows are looked up by it`);
      return { ...base, home: 'node', node: nodePlan! };
    }
    return {
      ...base,
      home: 'table',
      table: {
        schema: String(table['schema']),
        name: String(table['name']),
        key: this.#key(fields, table['key'] as string[] | undefined),
        unique: (table['unique'] as string[][] | null | undefined) ?? [],
        view: table['view'] === true,
        token: (table['token'] as string | null | undefined) ?? undefined,
        tellsTriggers: table['tellTriggers'] === true,
      },
      node: nodePlan,
      embedding: embedding
        ? compileEmbedding(type.name, embedding as unknown as Parameters<typeof compileEmbedding>[1], fields, (message) =>
            this.#damaged.has(type.name) && message.includes('not a column field') ? undefined : this.#fault(type.astNode, message),
          )
        : undefined,
    };
  }

  /** The key's columns; the SQL type of one that no field shows is taken to be uuid. */
  #key(fields: ReadonlyMap<string, FieldPlan>, names: readonly string[] | undefined): Column[] {
    const columns = [...fields.values()].flatMap((field) =>
      field.kind === 'column' ? [field.column] : field.kind === 'join' ? [field.from] : [],
    );
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
      deprecated: field.deprecationReason ?? undefined,
      place: placeOf(at),
      type: String(field.type),
      nonNull: isNonNullType(field.type),
      list: isListType(unwrapped),
    };
    const used = ['column', 'join', 'nearest', ...GRAPH_DIRECTIVES].filter((name) => this.#directive(name, at) && hasDirective(at, name));
    if (used.length > 1) return void this.#fault(at, `${where} has @${used.join(' and @')}: a field is reached in one way`);
    const alias = hasDirective(at, 'alias') ? String(this.#directive('alias', at)!['property']) : undefined;

    if (hasDirective(at, 'traced') && used[0] !== 'relationship')
      this.#fault(at, `${where} has @traced, which is only for a field with @relationship`);
    if (GRAPH_DIRECTIVES.includes(used[0] as GraphDirective) && (used[0] === 'cypher' || isObjectType(named))) {
      const fault = (message: string) => void this.#fault(at, message);
      return compileGraphField(used[0] as GraphDirective, {
        where,
        field,
        base,
        hasNode,
        isTraced: hasDirective(at, 'traced'),
        given: this.#directive(used[0]!, at)!,
        fault,
      });
    }
    if (isScalarType(named) || isEnumType(named)) {
      if (used[0] && used[0] !== 'column')
        return void this.#fault(at, `${where} has @${used[0]}, but its type ${named.name} is not an object type`);
      if (home === 'node' && !isEnumType(named) && !NODE_SCALARS.has(named.name))
        return void this.#fault(
          at,
          `${where} is of type ${named.name}: a field of a node-home type may be ${[...NODE_SCALARS].join(', ')} or an enum`,
        );
      if (home === 'node')
        return { ...base, kind: 'property', scalar: named.name, enumType: isEnumType(named), property: alias ?? field.name };
      if (base.list && named.name === 'Bytes')
        return void this.#fault(
          at,
          `${where} is a list of Bytes, which is not supported: say [String!] for an array of texts, or Bytes for one value`,
        );
      const column = this.#directive('column', at) ?? {};
      const usual = isEnumType(named) ? 'text' : SQL_TYPES[named.name];
      const sqlType = (column['type'] as string | undefined) ?? (usual && base.list ? `${usual}[]` : usual);
      if (!sqlType)
        return void this.#fault(at, `${where} has the scalar ${named.name}, whose SQL type is not known: say it with @column(type: "...")`);
      return {
        ...base,
        kind: 'column',
        column: { name: (column['name'] as string | undefined) ?? snakeCase(field.name), sqlType },
        scalar: named.name,
        enumType: isEnumType(named),
        hasDefault: column['default'] === true,
        readOnly: column['readOnly'] === true,
        ...this.#indexes(field, base.list || named.name !== 'String'),
        property: alias,
      };
    }

    switch (used[0]) {
      case 'join': {
        const { from, to, type: sqlType } = this.#directive('join', at)! as { from?: string; to?: string; type?: string };
        if (home === 'node') return void this.#fault(at, `${where} has @join, but ${type.name} has no table`);
        if ((from === undefined) === (to === undefined) && from === undefined)
          return void this.#fault(at, `@join on ${where} needs from or to`);
        if (from === undefined && !base.list)
          return void this.#fault(
            at,
            `${where} is joined by a column of ${named.name}, so it may have many: its type must be [${named.name}!]!`,
          );
        // Types and the defaulted side are completed in #checkType, when every key is known.
        return {
          ...base,
          kind: 'join',
          target: named.name,
          from: { name: from ?? '', sqlType: sqlType ?? '' },
          to: { name: to ?? '', sqlType: sqlType ?? '' },
        };
      }
      case 'nearest': {
        const way = wrapperOf(field, 'score');
        return way ? { ...base, kind: 'nearest', ...way } : void this.#fault(at, wrapperFault(where, 'nearest', 'score'));
      }
      default:
        return void this.#fault(
          at,
          `${where} is of type ${named.name}, but no directive says how it is reached: add @join, @relationship, @traverse, @path, @neighbourhood, @cypher or @nearest`,
        );
    }
  }

  #indexes({ astNode: at, name }: GraphQLField<unknown, unknown>, refused: boolean): { fulltext: string | undefined; trigram: boolean } {
    const fulltext = hasDirective(at, 'fulltext') ? String(this.#directive('fulltext', at)?.['language']) : undefined;
    const trigram = hasDirective(at, 'trigram');
    if (refused && (fulltext !== undefined || trigram))
      this.#fault(at, `${name} has @${trigram ? 'trigram' : 'fulltext'}, which is for fields of type String`);
    if (fulltext !== undefined && !/^[a-z_]+$/.test(fulltext))
      this.#fault(
        at,
        `@fulltext on ${name} takes the name of a text search configuration, such as "english", but got ${JSON.stringify(fulltext)}`,
      );
    return { fulltext, trigram };
  }
}

const hasDirective = (
  node: { readonly directives?: readonly { readonly name: { readonly value: string } }[] | undefined } | null | undefined,
  name: string,
): boolean => node?.directives?.some((directive) => directive.name.value === name) ?? false;
