const NODE = '{ __typename ... on Requirement { identifier project { name } } ... on Component { name } }';

/** A document of each kind of read, by what it asks for. */
export const KINDS: readonly (readonly [string, string])[] = [
  [
    'a search',
    '{ search(text: "drone battery", limit: 5) { score text foundBy { part vector rank } node { ... on Requirement { id title } } } }',
  ],
  [
    'a search by several names',
    '{ search(text: "radio", limit: 3) { a: node { __typename } b: node { ... on KnowledgeChunk { id } } } s: search(text: "radio") { text } }',
  ],
  [
    'a page of a search',
    '{ searchPage(text: "storm", weights: {}, limit: 4, offset: 2) { hasNextPage dropped hits { text node { ... on Requirement { constraints { name } } } } } }',
  ],
  ['what a search dropped', '{ searchPage(text: "storm") { dropped n: hasNextPage } }'],
  [
    'a search with conditions of several stores',
    '{ search(text: "drone", where: {requirement: {priority: {in: [HIGH, CRITICAL]}, components: {some: {name: {contains: "a"}}}}}) { score node { ... on Requirement { priority } } } }',
  ],
  [
    'neighbours of rows',
    '{ requirements(limit: 5) { title similar(limit: 3) { score requirement { title project { name } notes { text } } } } }',
  ],
  [
    'conditions of the graph',
    '{ requirements(where: {components: {some: {name: {contains: "a"}}}}, limit: 7) { identifier components { name } } }',
  ],
  ['conditions of the vector store', '{ requirements(where: {near: {text: "battery", limit: 9}}, sort: [{title: ASC}]) { title } }'],
  [
    'conditions of three stores below rows',
    '{ projects { name requirements(where: {OR: [{near: {text: "battery", limit: 9}}, {components: {none: {}}}]}, limit: 3) { title } } }',
  ],
  ['an order of the graph', '{ requirements(sort: [{components: {count: DESC}}, {title: ASC}], limit: 8) { title components { name } } }'],
  ['an order of the vector store', '{ requirements(sort: [{near: {text: "battery", direction: DESC}}], limit: 8) { title } }'],
  [
    'pages in an order of the vector store',
    '{ requirementsConnection(first: 4, sort: [{near: {text: "battery", direction: DESC}}]) { totalCount pageInfo { hasNextPage endCursor } edges { cursor node { title } } } }',
  ],
  [
    'counts with conditions of other stores',
    '{ requirementsConnection(where: {components: {some: {}}}) { totalCount aggregate { count { nodes } } groupBy(fields: [PRIORITY]) { key { priority } count { nodes } } } }',
  ],
  [
    'groups of rows with hops',
    '{ requirementConstraintsConnection { groupBy(fields: [REQUIREMENT], limit: 5) { key { requirement { identifier components { name } } } count { nodes } } } }',
  ],
  [
    'traversals of rows',
    `{ requirements(limit: 4) { impact(depth: 3) { distance path { length nodes ${NODE} relationships { type } } requirement { title } } } }`,
  ],
  [
    'a path',
    `{ requirements(limit: 3) { id neighbourhood(depth: 2, limit: 9) { truncated nodes { data { id label distance } node ${NODE} } edges { data { label } } } } }`,
  ],
  ['nodes', '{ components(limit: 4, sort: [{name: ASC}]) { name requirements(limit: 3) { title project { name } } interfaces { name } } }'],
  ['a node', '{ component(id: "nothing") { name } components(limit: 1) { id } }'],
  [
    'a connection of nodes',
    '{ componentsConnection(first: 3, sort: [{name: ASC}]) { totalCount pageInfo { hasNextPage endCursor } edges { cursor node { name requirements { identifier } } } aggregate { count { nodes } } } }',
  ],
  [
    'connections of hops',
    '{ requirements(limit: 5) { componentsConnection { totalCount edges { node { name } } } } components(limit: 3) { requirementsConnection { totalCount edges { node { title } } nodes { identifier } } } }',
  ],
  ['traversals of nodes', '{ components(limit: 3) { name neighbourhood(limit: 5) { nodes { data { label } } } } }'],
  ['conditions on rows behind nodes', '{ components(where: {requirements: {some: {priority: {eq: HIGH}}}}, limit: 5) { name } }'],
  [
    'analyses',
    `{ graphAnalytics { nodeCount relationshipCount pageRank(limit: 3) { score node ${NODE} } components(limit: 2) { size nodes(limit: 2) ${NODE} } communities { count modularity groups { size } } cycles(limit: 2) { truncated cycles { length nodes ${NODE} } } } }`,
  ],
  ['gaps', `{ traceabilityGaps { type field count nodes(limit: 2) ${NODE} } }`],
  ['collections', '{ collectionInfo { name types status points vectors { name part size } payloadIndexes { field kind } } __typename }'],
];
