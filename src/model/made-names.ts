import type { Fault, Place } from './faults.js';
import { connectionName, relationshipFields } from './graph-names.js';
import { countName } from './hop-count.js';
import { enumName, graphPlural, pluralTypeName } from './names.js';
import { ORDER_NAMES } from './node-order.js';
import { LINKS, traversalNames } from './traversal-cypher.js';
import { cypherResults } from './cypher-results.js';
import type { FieldPlan } from './fields.js';
import { graphName, nodeName, type EntityType, type Model } from './types.js';

const capital = (name: string): string => name.charAt(0).toUpperCase() + name.slice(1);
const each = (prefix: string, suffixes: string): string[] => suffixes.split(' ').map((suffix) => `${prefix}${suffix}`);

const OF_TABLE =
  'Where RelationshipFilters Sort ListSort ValueSort Aggregate AggregateNode AggregateNodeSort GroupField Group ' +
  'GroupKey GroupSort GroupKeySort Edge ChangeEvent KeyField CreateInput UpdateInput ConnectWhere ConnectInput ' +
  'ReferenceInput ReferenceUpdateInput CreateFieldInput DisconnectFieldInput DeleteFieldInput UpdateConnectionInput DeleteInput';
const OF_JOIN = 'NodeInput CreateFieldInput FieldInput UpdateFieldInput';
const OF_NODE =
  'Where RelationshipFilters Sort ListSort ValueSort Aggregate AggregateNode Edge CreateInput UpdateInput ' +
  'ConnectWhere ConnectInput DisconnectInput DeleteInput';
const OF_STANDING = 'Where RelationshipFilters Sort Edge ConnectWhere';
const OF_HOP =
  'Connection ConnectionAggregateInput ConnectionFilters ConnectionSort ConnectionWhere Relationship ' +
  'NodeAggregationWhereInput EdgeAggregationWhereInput ' +
  'FieldInput ConnectFieldInput CreateFieldInput DeleteFieldInput DisconnectFieldInput UpdateConnectionInput UpdateFieldInput';
const OF_AGGREGATED_HOP = 'AggregateSelection EdgeAggregateSelection NodeAggregateSelection';
const OF_PROPERTIES = 'Where Sort CreateInput UpdateInput AggregationWhereInput';
const OF_ENUM = 'EnumScalarFilters EnumScalarMutations ArrayFilters ListFilters';
const OF_SCALAR =
  'ScalarFilters ScalarMutations ArrayFilters ListFilters Aggregate AggregateSort AggregateSelection ScalarAggregationFilters';

/** Types that are made once, whatever the schema; those for its graph and its vectors are kept free for the day it has some. */
const SHARED = (
  'Query Mutation Subscription PageInfo Count CountConnection CreateInfo UpdateInfo DeleteInfo UpsertInfo ' +
  'SortDirection RowSortDirection ValueAggregate ValueAggregateSort NearCondition NearSort JSONFilters ' +
  'JSONPathCondition SimilarCondition CaseInsensitiveStringScalarFilters FulltextStringScalarFilters ' +
  'TrigramStringScalarFilters FulltextTrigramStringScalarFilters ' +
  'ConnectionAggregationCountFilterInput GraphType GraphWhere GraphAnalytics GraphScore GraphGroup GraphCommunities ' +
  'GraphCycles GraphCycle TraceabilityGap GraphValue GraphLink GraphWay RelationshipTest ' +
  'SearchType SearchNode SearchPart FoundBy SearchHit SearchPage SearchWeights SearchWhere SearchGroup ' +
  'CollectionStatus CollectionInfo CollectionVector PayloadIndex IdentityKind Me IdentitySession Extent Permissions ChangeOperation ' +
  'EncryptedScalarFilters AuditWhere AuditOutcome AuditAction AuditIdentityKind AuditPage AuditEntry AuditIdentity AuditChange'
).split(' ');
const SCALARS = 'ID String Int Float Boolean BigInt Decimal DateTime LocalDateTime Date LocalTime Time Duration Bytes JSON'.split(' ');

/** A name that the gateway makes, and what it makes it for. */
interface Made {
  readonly name: string;
  /** "User", "User.posts"; nothing for what is made whatever the schema. */
  readonly by: string | undefined;
  readonly place: Place;
}

/** Names of the types that are made for a type and its fields. */
export const madeNames = (type: EntityType, model: Pick<Model, 'types'>): Made[] => {
  const { name, place, node } = type;
  const plural = type.home === 'table' ? pluralTypeName(name) : capital(type.plural);
  const by = (names: readonly string[], owner: string, at: Place): Made[] => names.map((made) => ({ name: made, by: owner, place: at }));
  const own = [`${plural}Connection`, ...each('', 'Create Update').map((verb) => `${verb}${plural}MutationResponse`)];
  const names =
    type.home === 'table' ? [...own, `Upsert${plural}MutationResponse`, ...each(name, OF_TABLE)] : [...own, ...each(name, OF_NODE)];
  if (type.home === 'table' && node)
    names.push(nodeName(type), `${capital(graphPlural(nodeName(type)))}Connection`, ...each(nodeName(type), OF_STANDING));
  return [
    ...by(names, name, place),
    ...[...type.fields.values()].flatMap((field) => by(fieldNames(type, field, model), `${name}.${field.name}`, field.place)),
  ];
};

const fieldNames = (type: EntityType, field: FieldPlan, model: Pick<Model, 'types'>): string[] => {
  const prefix = type.name + capital(field.name);
  if (field.kind === 'join') return field.list ? each(prefix, OF_JOIN) : [];
  const target = field.kind === 'relationship' && model.types.get(field.target);
  if (!target) return [];
  return [...new Set([type.name, graphName(type)])].flatMap((name) => [
    ...each(name + capital(field.name), OF_HOP),
    ...each(name + graphName(target) + capital(field.name), OF_AGGREGATED_HOP),
  ]);
};

/** Names that are made without regard to types: for scalars, enums and properties of relationships, and those of the gateway itself. */
export const sharedNames = ({
  enums,
  relationshipProperties,
  places,
}: Pick<Model, 'enums' | 'relationshipProperties' | 'places'>): Made[] => [
  ...[...SHARED, ...SCALARS.flatMap((scalar) => [...each(scalar, OF_SCALAR), `List${scalar}Mutations`])].map((name) => ({
    name,
    by: undefined,
    place: NOWHERE,
  })),
  ...[...enums.values()].flatMap(({ name, place }) =>
    [...each(name, OF_ENUM), `List${name}Mutations`].map((made) => ({ name: made, by: name, place })),
  ),
  ...[...relationshipProperties.keys()].flatMap((name) =>
    each(name, OF_PROPERTIES).map((made) => ({ name: made, by: name, place: places.get(name) ?? NOWHERE })),
  ),
];

const NOWHERE: Place = { file: 'schema', line: 1 };

/** Names that two things would have, of which one would be lost without a word. */
export const nameFaults = (model: Model): Fault[] => [
  ...typeFaults(model),
  ...pageFaults(model),
  ...rootFaults(model),
  ...[...model.types.values()].flatMap(fieldFaults),
];

const typeFaults = (model: Model): Fault[] => {
  const taken = new Map<string, Made>();
  const faults: Fault[] = [];
  // Two types that meet do so in several names: one is enough to say.
  const told = new Set<string>();
  for (const made of [...sharedNames(model), ...[...model.types.values()].flatMap((type) => madeNames(type, model))]) {
    const { name, by, place } = made;
    const defined = model.places.get(name);
    const other = taken.get(name);
    if (defined)
      faults.push(
        isOwn(defined)
          ? { place, message: `The gateway would make a type ${name} for ${by}, but has one itself: call ${by} otherwise` }
          : {
              place: defined,
              message:
                `${name} has the name of a type that the gateway makes${by === undefined ? ' itself' : ` for ${by}`}: ` +
                'call it otherwise',
            },
      );
    else if (other && other.by !== by && !told.has(`${by} ${other.by}`) && told.add(`${by} ${other.by}`))
      faults.push({
        place,
        message:
          `The gateway would make a type ${name} for ${by}, ` +
          `but makes one ${other.by === undefined ? 'itself' : `for ${other.by}`}: call one of them otherwise`,
      });
    else if (!other) taken.set(name, made);
  }
  return faults;
};

/** @neo4j/graphql keeps names for its pages: of types in the graph alone, and of what their values are. */
const pageFaults = (model: Model): Fault[] => {
  const homes = [...model.types.values()].filter(({ home }) => home === 'node');
  const values = [...homes, ...model.relationshipProperties.values()]
    .flatMap((type) => [...type.fields.values()])
    .flatMap((field) => (field.kind === 'property' && field.enumType ? [field.scalar] : []));
  return [...new Set([...homes.map(({ name }) => name), ...model.relationshipProperties.keys(), ...values, ...cypherResults(model)])]
    .filter((name) => name === 'Node' || /.Connection$/.test(name))
    .map((name) => ({
      place: model.places.get(name) ?? NOWHERE,
      message:
        `${name} has a name that pages of nodes have: call it otherwise` +
        `${homes.some((type) => type.name === name) ? `, and say its label with @node(labels: ["${name}"])` : ''}`,
    }));
};

const isOwn = ({ file }: Place): boolean => /(^|[\\/])(directives|scalars)\.graphql$/.test(file);

const OWN_ROOTS = [
  'search',
  'searchPage',
  'collectionInfo',
  'me',
  'myPermissions',
  'mySessions',
  'graphAnalytics',
  'traceabilityGaps',
  'auditLog',
];

/** Root fields, and the values of enums of types. */
const rootFaults = (model: Model): Fault[] => {
  const faults: Fault[] = [];
  const roots = new Map<string, string>(OWN_ROOTS.map((name) => [name, 'the gateway itself']));
  const values = new Map<string, string>();
  const told = new Set<string>();
  for (const { name, place, singular, plural } of model.types.values()) {
    // That both are one is told where the type is read.
    for (const root of new Set([singular, plural, `${plural}Connection`])) {
      const other = roots.get(root);
      if (other === undefined) roots.set(root, name);
      else if (other !== name && !told.has(`${name} ${other}`) && told.add(`${name} ${other}`))
        faults.push({ place, message: `${name} has the root field ${root}, which is one of ${other} too: call the type otherwise` });
    }
    const value = enumName(name);
    const other = values.get(value);
    if (value.startsWith('__') && !name.startsWith('__'))
      faults.push({
        place,
        message: `${name} would be ${value} in enums of types, and GraphQL keeps names that begin so for itself: call the type otherwise`,
      });
    if (other !== undefined)
      faults.push({ place, message: `${name} and ${other} have one name in enums of types, ${value}: call one of them otherwise` });
    values.set(value, name);
  }
  return faults;
};

/** Fields that the gateway adds to a type, or has for itself in the graph, and the values of enums of fields. */
const fieldFaults = (type: EntityType): Fault[] => {
  const faults: Fault[] = [];
  const added = new Map<string, string>();
  for (const field of relationshipFields(type)) added.set(connectionName(field), `the connection that ${type.name}.${field.name} is given`);
  if (type.node) {
    for (const field of type.fields.values()) {
      const own =
        field.kind === 'relationship'
          ? [countName(field.name)]
          : field.kind === 'traverse' || field.kind === 'path' || field.kind === 'neighbourhood'
            ? traversalNames(field)
            : [];
      for (const name of own)
        if (name.startsWith('__'))
          faults.push({
            place: field.place,
            message:
              `${type.name}.${field.name} needs a longer name: the gateway asks the graph by ${name}, ` +
              'and GraphQL keeps names that begin so for itself',
          });
      for (const name of own) added.set(name, `a field that the gateway asks the graph by for ${type.name}.${field.name}`);
    }
    for (const name of [LINKS, ...ORDER_NAMES]) added.set(name, 'a field that the gateway asks the graph by');
  }
  const values = new Map<string, string>();
  for (const { name, place, kind } of type.fields.values()) {
    const other = added.get(name);
    if (other !== undefined) faults.push({ place, message: `${type.name}.${name} has the name of ${other}: rename one of them` });
    if (type.home !== 'table' || (kind !== 'column' && kind !== 'join')) continue;
    const value = enumName(name);
    if (value.startsWith('__') && !name.startsWith('__'))
      faults.push({
        place,
        message: `${type.name}.${name} would be ${value} in groupBy, and GraphQL keeps names that begin so for itself: call it otherwise`,
      });
    if (values.has(value))
      faults.push({
        place,
        message:
          `${type.name}.${name} and ${type.name}.${values.get(value)} have one name in groupBy, ${value}: ` +
          'call one of them otherwise, and say its column with @column(name: "...")',
      });
    else values.set(value, name);
  }
  return faults;
};
