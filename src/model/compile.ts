import {
  getNamedType,
  isEnumType,
  isObjectType,
  Kind,
  print,
  type ASTNode,
  type DocumentNode,
  type GraphQLEnumType,
  type GraphQLField,
  type GraphQLObjectType,
  type GraphQLSchema,
} from 'graphql';
import { counted, GatewayError } from '../errors.js';
import { compileEmbedding } from './embedding.js';
import { checkGraphField, NODE_SCALARS, propertyFields } from './compile-graph.js';
import { connectionFault } from './join-connection.js';
import { graphPlural, graphSingular, pluralName, singularName } from './names.js';
import { withEncryption } from './compile-encryption.js';
import { compileField } from './compile-field.js';
import { compileCollection } from './compile-collection.js';
import { compileTable, keyOf } from './compile-table.js';
import { Keyring } from './encryption.js';
import { directiveReader, hasDirective, type ReadDirective } from './directives.js';
import { checkType, propertyFaults } from './check-types.js';
import { readDocument, type SchemaDocument } from './document.js';
import { nameFaults } from './made-names.js';
import { userTypeOf } from './compile-user.js';
import { directiveTypes, placeOf, type SchemaFile } from './parse.js';
import { checkUse } from './plain-types.js';
import { graphNameFault } from './store-names.js';
import { readRules, type TypeRules } from './rules.js';
import { withToken } from './token.js';
import { formatFaults, type Fault, type Place } from './faults.js';
import type { FieldPlan } from './fields.js';
import { isWritable, type CollectionType, type EntityType, type EnumType, type Model, type PropertiesType } from './types.js';

const CONNECTIVES = new Set(['AND', 'OR', 'NOT']);

/**
 * Compiles annotated SDL to the Model. Pure: no I/O. All faults are collected and thrown together.
 *
 * @throws GatewayError SCHEMA_INVALID with file and line of each fault
 */
export const compileModel = (files: readonly SchemaFile[]): Model => {
  const { model, faults } = compileFiles(files);
  if (faults.length > 0) throw invalid(faults);
  return model;
};

/** The faults of annotated SDL, from the first line of the first file on. Pure: no I/O. */
export const schemaFaults = (files: readonly SchemaFile[]): Fault[] => compileFiles(files).faults;

const compileFiles = (files: readonly SchemaFile[]): { readonly model: Model; readonly faults: Fault[] } => {
  const faults: Fault[] = [];
  const read = readDocument(files, faults);
  const model = new Compiler(read, faults).compile();
  faults.push(...nameFaults(model));
  return { model, faults: inOrder(faults, files) };
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

class Compiler {
  readonly #schema: GraphQLSchema;
  readonly #document: DocumentNode;
  readonly #damaged: ReadonlySet<string>;
  readonly #faults: Fault[];
  readonly #read: ReadDirective;
  readonly #keyring = new Keyring();

  constructor({ schema, document, damaged }: SchemaDocument, faults: Fault[]) {
    this.#schema = schema;
    this.#document = document;
    this.#damaged = damaged;
    this.#faults = faults;
    this.#read = directiveReader(schema, (node, message) => this.#fault(node, message));
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
    const rules = new Map<string, TypeRules>();
    const relationshipProperties = new Map<string, PropertiesType>();
    const collections = new Map<string, CollectionType>();
    // Types of plain values: what a statement of the schema may give.
    const plain = new Set<string>();
    for (const type of named) {
      if (!isObjectType(type)) continue;
      if (hasDirective(type.astNode, 'relationshipProperties')) {
        const fields = propertyFields(type, (field) => placeOf(field.astNode), this.#alias, this.#tell);
        propertyFaults({ name: type.name, fields }, this.#tell);
        relationshipProperties.set(type.name, { name: type.name, description: type.description ?? undefined, fields });
        continue;
      }
      const given = this.#read('collection', type.astNode) as Parameters<typeof compileCollection>[0]['given'] | undefined;
      if (given) {
        collections.set(type.name, compileCollection({ type, given, placeOf, aliasOf: this.#alias, fault: this.#tell }));
        rules.set(type.name, readRules(type, this.#read));
        continue;
      }
      if (Object.values(type.getFields()).every((field) => NODE_SCALARS.has(getNamedType(field.type).name))) plain.add(type.name);
      const entity = this.#entity(type);
      if (!entity) continue;
      types.set(type.name, entity);
      rules.set(type.name, readRules(type, this.#read));
    }
    for (const type of collections.values()) {
      const { collection } = type.embedding;
      const holders = [...types.values()].filter((other) => other.home === 'table' && other.embedding?.collection === collection);
      const other = [...holders, ...collections.values()].find(
        (each) => each !== type && 'embedding' in each && each.embedding?.collection === collection,
      );
      if (other)
        this.#tell(type.place, `@collection on ${type.name} names collection ${collection}, which ${other.name} has: each needs its own`);
    }
    for (const type of types.values()) {
      checkType(type, types, this.#damaged, this.#tell);
      if (type.home === 'table') withEncryption(type, this.#tell);
      for (const field of type.fields.values()) {
        const message =
          checkGraphField(type, field, types, new Set(relationshipProperties.keys()), plain, this.#damaged) ?? connectionFault(type, field);
        if (message !== undefined) this.#faults.push({ place: field.place, message });
      }
    }
    // A key made of joined columns has its types from the joins, which are complete only now.
    for (const [name, type] of types) {
      if (type.home !== 'table') continue;
      const names = type.table.key.map((column) => column.name);
      const complete = { ...type, table: { ...type.table, key: keyOf(type.fields, names) } };
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
    const userType = userTypeOf(named, types, ({ astNode }, message) => this.#fault(astNode, message));
    return Object.freeze({
      types,
      collections,
      relationshipProperties,
      enums,
      rules,
      userType,
      places,
      sdl: shown.map(print).join('\n\n'),
      keyring: this.#keyring,
    });
  }

  readonly #alias = (field: GraphQLField<unknown, unknown>) => this.#read('alias', field.astNode)?.['property'] as string | undefined;

  readonly #tell = (place: Place, message: string): void => void this.#faults.push({ place, message });

  #fault(node: ASTNode | null | undefined, message: string) {
    this.#faults.push({ place: placeOf(node), message });
  }

  #enum(type: GraphQLEnumType): EnumType {
    const taken = new Map<string, string>();
    const values = type.getValues().map((value) => {
      const given = this.#read('value', value.astNode)?.['is'];
      const text = typeof given === 'string' ? given : value.name.toLowerCase();
      const other = taken.get(text);
      if (other !== undefined)
        this.#fault(
          value.astNode,
          `${type.name}.${value.name} and ${type.name}.${other} stand for the same text in the database, ` +
            `${JSON.stringify(text)}: say another with @value(is: "...")`,
        );
      taken.set(text, value.name);
      return [value.name, text] as const;
    });
    return { name: type.name, place: placeOf(type.astNode), values: new Map(values) };
  }

  #entity(type: GraphQLObjectType): EntityType | undefined {
    const table = this.#read('table', type.astNode);
    const node = this.#read('node', type.astNode);
    const embedding = this.#read('embedding', type.astNode);
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
          `${type.name}.${field.name} has a name that where uses itself: call it otherwise and say its column with ` +
            `@column(name: "${field.name.toLowerCase()}")`,
        );
      const plan = compileField({
        type,
        field,
        home: table ? 'table' : 'node',
        hasNode: node !== undefined,
        read: this.#read,
        keyring: this.#keyring,
        tell: (at, message) => this.#fault(at, message),
      });
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
    for (const [index, label] of labels.entries()) {
      if (label === '') continue;
      // @neo4j/graphql would look for a value of that name in its context.
      const isLooked = label.startsWith('$') ? `begins with $: ${JSON.stringify(label)}` : undefined;
      const message = labels.indexOf(label) < index ? `stands there twice: ${JSON.stringify(label)}` : (graphNameFault(label) ?? isLooked);
      if (message !== undefined) this.#fault(type.astNode, `A label in @node on ${type.name} ${message}`);
    }
    const nodePlan = node ? { labels } : undefined;
    if (!table) {
      if (fields.get('id')?.kind !== 'property' && !this.#damaged.has(type.name))
        this.#fault(type.astNode, `${type.name} needs a field id: its rows are looked up by it`);
      return { ...base, home: 'node', node: nodePlan! };
    }
    return {
      ...base,
      home: 'table',
      table: compileTable(type.name, table, fields, this.#damaged.has(type.name), (message) => this.#fault(type.astNode, message)),
      node: nodePlan,
      embedding: embedding
        ? compileEmbedding(type.name, embedding as unknown as Parameters<typeof compileEmbedding>[1], fields, (message) =>
            this.#damaged.has(type.name) && message.includes('not a column field') ? undefined : this.#fault(type.astNode, message),
          )
        : undefined,
    };
  }
}
