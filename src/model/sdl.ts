import { mayBeHidden } from './rules.js';
import { camelCase, deprecatedSdl, pluralTypeName } from './names.js';
import { aggregateFields, aggregateSdl, sharedAggregateSdl } from './aggregate-sdl.js';
import { joinConnectionName } from './join-connection.js';
import { filterSdl, sharedFilterSdl } from './filter-sdl.js';
import { graphArguments } from './graph-sdl.js';
import { mutationScalarSdl, mutationSdl } from './mutation-sdl.js';
import { sharedSortSdl, sortSdl } from './sort-sdl.js';
import { nearestArguments, searchSdl } from './search-sdl.js';
import type { FieldPlan } from './fields.js';
import { columnFields, tableTypes, type EmbeddedType, type Model, type TableType } from './types.js';

const quote = (text: string | undefined): string => (text === undefined ? '' : `${JSON.stringify(text)}\n`);

/** Arguments of a list of a table-home type. */
const listArguments = (target: string): string => `(where: ${target}Where, sort: [${target}Sort!], limit: Int, offset: Int)`;

const fieldArguments = (field: FieldPlan, model: Model): string => {
  if (field.kind === 'nearest') return nearestArguments(model.types.get(field.target) as EmbeddedType);
  if (field.kind === 'relationship' || (field.kind === 'join' && field.list))
    return model.types.get(field.target)?.home === 'node' ? nodeListArguments(field.target) : listArguments(field.target);
  return graphArguments(field);
};

/**
 * A field that needs another store than its row may fail while the row does not, so it is nullable for clients whatever
 * the schema file says: a store that is away then takes down its own fields only. The same holds for root fields, and for references to
 * rows that may be hidden.
 */
const clientType = (field: FieldPlan, model: Model): string => {
  if (field.kind === 'column' || field.kind === 'property') return field.type;
  if (field.kind === 'join' && (field.list || !mayBeHidden(model.rules, field.target))) return field.type;
  return field.type.replace(/!$/, '');
};

const connectionArguments = (target: string): string =>
  `(first: Int, after: String, last: Int, before: String, where: ${target}Where, sort: [${target}Sort!])`;

/** The connection beside a to-many join; nullable as the roots are, since conditions may need another store. */
const joinConnection = (model: Model, field: FieldPlan): string[] => {
  const name = field.kind === 'join' && joinConnectionName(model, field);
  return name
    ? [
        `"Connection of ${field.name}: pages, count and aggregates."\n` +
          `${name}${connectionArguments(field.target)}: ${pluralTypeName(field.target)}Connection${deprecatedSdl(field)}`,
      ]
    : [];
};

/** Arguments of a list of a node-home type, as @neo4j/graphql has them. */
const nodeListArguments = (target: string): string => `(where: ${target}Where, limit: Int, offset: Int, sort: [${target}Sort!])`;

/**
 * The executable schema's SDL for all table-home types: the types with the arguments of their lists, their inputs,
 * connections, roots and mutations, and `search`. Definitions that @neo4j/graphql makes too have the same shape.
 */
export const tableSdl = (model: Model): string[] => {
  const types = tableTypes(model);
  return [
    ...types.flatMap((type) => typeSdl(type, model)),
    ...sharedFilterSdl(types),
    ...sharedSortSdl(model),
    ...sharedAggregateSdl(types),
    ...mutationScalarSdl(types),
    ...SHARED,
    ...searchSdl(model),
  ];
};

const typeSdl = (type: TableType, model: Model): string[] => {
  const { name } = type;
  const plural = pluralTypeName(name);
  const fields = [...type.fields.values()];
  const pages = `"${plural} in pages."\n${type.plural}Connection${connectionArguments(name)}: ${plural}Connection`;
  return [
    `${quote(type.description)}type ${name} {\n` +
      `${fields
        .flatMap((field) => [
          `${quote(field.description)}${field.name}${fieldArguments(field, model)}: ${clientType(field, model)}${deprecatedSdl(field)}`,
          ...joinConnection(model, field),
        ])
        .join('\n')}\n` +
      '}',
    ...filterSdl(type),
    sortSdl(type),
    ...aggregateSdl(type),
    `type ${name}Edge {\ncursor: String!\nnode: ${name}!\n}`,
    `type ${plural}Connection {\nedges: [${name}Edge!]!\n"The rows of the edges, without cursors."\nnodes: [${name}!]!\n` +
      `pageInfo: PageInfo!\ntotalCount: Int!\n${aggregateFields(type)}\n}`,
    `type Query {
      ${
        type.table.key.length === 0
          ? ''
          : `"One ${name} by its key, or null."\n${type.singular}(${keyArguments(type)
              .map((key) => `${key}: ID!`)
              .join(', ')}): ${name}`
      }
      "${plural} that match where, sorted by sort."
      ${type.plural}${listArguments(name)}: [${name}!]
      ${type.table.key.length === 0 ? '' : pages}
    }`,
    ...mutationSdl(model, type, plural),
  ];
};

/** Names of the arguments of a by-key root, in order: id; for a composite key, the fields of its columns, or the columns in camelCase. */
export const keyArguments = (type: TableType): string[] => {
  const { key } = type.table;
  if (key.length === 1) return ['id'];
  return key.map(
    ({ name }) => columnFields(type).find(({ column }) => column.name === name)?.name ?? camelCase(name).replace(/^(?=\d)|\W/g, '_'),
  );
};

const SHARED = [
  '"Rows that are similar to a text or a vector: with at least this score, or this many of the most similar, or both."\n' +
    'input NearCondition {\ntext: String\n"A vector of the embedding model, instead of a text."\nvector: [Float!]\n' +
    '"Vectors to compare, if the type has several. Default: the first."\nusing: String\nminScore: Float\nlimit: Int\n}',
  'input CaseInsensitiveStringScalarFilters {\neq: String\nin: [String!]\ncontains: String\nendsWith: String\n' +
    'startsWith: String\ngt: String\nlt: String\ngte: String\nlte: String\n}',
  'enum SortDirection {\nASC\nDESC\n}',
  'type PageInfo {\nhasNextPage: Boolean!\nhasPreviousPage: Boolean!\nstartCursor: String\nendCursor: String\n}',
  'type CreateInfo {\nnodesCreated: Int!\nrelationshipsCreated: Int!\n}',
  'type UpdateInfo {\nnodesCreated: Int!\nnodesDeleted: Int!\nrelationshipsCreated: Int!\nrelationshipsDeleted: Int!\n}',
  'type DeleteInfo {\nnodesDeleted: Int!\nrelationshipsDeleted: Int!\n}',
];
