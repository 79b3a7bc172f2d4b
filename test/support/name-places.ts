import { isEnumType, isObjectType, type GraphQLSchema } from 'graphql';

/** Names that every object of JavaScript has. */
export const INHERITED = ['constructor', 'toString', 'hasOwnProperty', '__proto__'];
export const WORDS = [
  'true',
  '_Odd',
  'false',
  'null',
  '_',
  'on',
  'type',
  'query',
  'fragment',
  'input',
  'enum',
  'typename',
  'AND',
  'NOT',
  'near',
  'id',
  'rowToken',
  'node',
  'edges',
  'cursor',
  'count',
  'key',
  'where',
  'sort',
  'create',
  'connect',
  'delete',
  'disconnect',
  'update',
  'path',
  'score',
  'distance',
  'set',
  'eq',
  'aggregate',
  'groupBy',
  'links_',
  'order0_',
  'class',
  'Object',
  'totalCount',
  'this',
  'return',
  'match',
];
export const MADE = [
  'User',
  'Users',
  'UserGroup',
  'UserGroupKey',
  'UserEdge',
  'UserWhere',
  'UserSort',
  'UsersConnection',
  'UserCreateInput',
  'UserAggregate',
  'UserNode',
  'CreateUsersMutationResponse',
  'UserReference',
  'UserConnect',
  'UserPosts',
  'UserPostsConnection',
  'PageInfo',
  'Count',
  'SortDirection',
  'CreateInfo',
  'StringScalarFilters',
  'JSONFilters',
  'ValueAggregate',
  'SearchHit',
  'GraphNode',
  'GraphPath',
  'GraphWhere',
  'Query',
  'Mutation',
  'Node',
  'Sort',
  'Search',
  'SearchPage',
  'GraphAnalytic',
  'TraceabilityGap',
  'DateTime',
  'String',
  'user',
  'USER',
  'Point',
  'CartesianPoint',
  'Kind',
  'Reach',
  'Prop',
  'Graph',
  'Constructor',
  'ToString',
];

export const BASE = `type User @table(name: "users") @node { id: ID! name: String! @alias(property: "name") kind: Kind posts: [User!]! @join(to: "by") friends: [User!]! @relationship(type: "F", direction: OUT, properties: "Props") reached: [Reached!]! @traverse(types: ["F"], direction: OUT) }
  enum Kind { A B }\n  type Reached { distance: Int! user: User! }\n  type Props @relationshipProperties { since: Int }\n`;

/** Where a name may stand, and whether it is served there. */
export const PLACES: readonly (readonly [string, (name: string) => string, (schema: GraphQLSchema, name: string) => unknown])[] = [
  [
    'a field of a table',
    (name) => `type A @table(name: "a") { id: ID! other: Int ${name}: String }`,
    (schema, name) => fieldOf(schema, 'A', name),
  ],
  ['a field of a node', (name) => `type A @node { id: ID! other: Int ${name}: String }`, (schema, name) => fieldOf(schema, 'A', name)],
  [
    'a property of rows',
    (name) => `type A @table(name: "a") @node { id: ID! other: Int ${name}: String @alias(property: "p") }`,
    (schema, name) => fieldOf(schema, 'A', name),
  ],
  [
    'a join to many',
    (name) => `type A @table(name: "a") { id: ID! other: Int ${name}: [A!]! @join(to: "a_id") }`,
    (schema, name) => fieldOf(schema, 'A', name),
  ],
  [
    'a join to one',
    (name) => `type A @table(name: "a") { id: ID! other: Int ${name}: A @join(from: "a_id") }`,
    (schema, name) => fieldOf(schema, 'A', name),
  ],
  [
    'a hop',
    (name) => `type A @node { id: ID! other: Int ${name}: [A!]! @relationship(type: "R", direction: OUT) }`,
    (schema, name) => fieldOf(schema, 'A', name),
  ],
  [
    'a hop of rows',
    (name) => `type A @table(name: "a") @node { id: ID! other: Int ${name}: [A!]! @relationship(type: "R", direction: OUT) }`,
    (schema, name) => fieldOf(schema, 'A', name),
  ],
  [
    'a traversal',
    (name) => `type A @node { id: ID! other: Int ${name}: [R!]! @traverse(types: ["R"], direction: OUT) } type R { distance: Int! a: A! }`,
    (schema, name) => fieldOf(schema, 'A', name),
  ],
  [
    'a property of relationships',
    (name) =>
      `type A @node { id: ID! r: [A!]! @relationship(type: "R", direction: OUT, properties: "P") } type P @relationshipProperties { ${name}: Int }`,
    (schema, name) => fieldOf(schema, 'P', name),
  ],
  [
    'an argument',
    (name) => `type A @node { id: ID! f(${name}: Int): Int @cypher(statement: "RETURN 1 AS f", columnName: "f") }`,
    (schema, name) => fieldOf(schema, 'A', 'f')?.args.some((argument) => argument.name === name),
  ],
  [
    'a field of a wrapper',
    (name) => `type A @node { id: ID! f: [R!]! @traverse(types: ["R"], direction: OUT) } type R { distance: Int! ${name}: A! }`,
    (schema, name) => fieldOf(schema, 'R', name),
  ],
  [
    'a value',
    (name) => `type A @table(name: "a") { id: ID! e: E } enum E { ${name} OTHER }`,
    (schema, name) => valuesOf(schema, 'E').includes(name),
  ],
  [
    'a value of nodes',
    (name) => `type A @node { id: ID! e: E } enum E { ${name} OTHER }`,
    (schema, name) => valuesOf(schema, 'E').includes(name),
  ],
  [
    'a type in a table',
    (name) => `${BASE} type ${name} @table(name: "t") { id: ID! mine: String }`,
    (schema, name) => fieldOf(schema, name, 'mine'),
  ],
  ['a type in the graph', (name) => `${BASE} type ${name} @node { id: ID! mine: String }`, (schema, name) => fieldOf(schema, name, 'mine')],
  [
    'a type in both',
    (name) =>
      `${BASE} type ${name} @table(name: "t") @node { id: ID! mine: String hops: [${name}!]! @relationship(type: "H", direction: IN) }`,
    (schema, name) => fieldOf(schema, name, 'mine'),
  ],
  [
    'a wrapper',
    (name) =>
      `${BASE} type A @node { id: ID! f: [${name}!]! @traverse(types: ["R"], direction: OUT) } type ${name} { distance: Int! mine: A! }`,
    (schema, name) => fieldOf(schema, name, 'mine'),
  ],
  [
    'a type of properties',
    (name) =>
      `${BASE} type A @node { id: ID! f: [A!]! @relationship(type: "R", direction: OUT, properties: "${name}") } type ${name} @relationshipProperties { mine: Int }`,
    (schema, name) => fieldOf(schema, name, 'mine'),
  ],
  [
    'an enum',
    (name) => `${BASE} type A @table(name: "t") @node { id: ID! e: ${name} @alias(property: "e") } enum ${name} { MINE }`,
    (schema, name) => valuesOf(schema, name).includes('MINE'),
  ],
  [
    'a scalar',
    (name) => `${BASE} type A @table(name: "t") { id: ID! e: ${name} @column(type: "text") } scalar ${name}`,
    (schema, name) => schema.getType(name),
  ],
];

export const fieldOf = (schema: GraphQLSchema, type: string, field: string) => {
  const found = schema.getType(type);
  return isObjectType(found) && Object.hasOwn(found.getFields(), field) ? found.getFields()[field] : undefined;
};

export const valuesOf = (schema: GraphQLSchema, type: string): string[] => {
  const found = schema.getType(type);
  return isEnumType(found) ? found.getValues().map(({ name }) => name) : [];
};
