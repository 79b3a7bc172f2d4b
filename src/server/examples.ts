import type { GraphiQLOptions } from './graphiql.js';

/** The queries that GraphiQL opens with. */
export const EXAMPLES: GraphiQLOptions['tabs'] = [
  {
    name: 'From a question to everything a requirement touches, over three stores',
    query: `query Trace($text: String!) {
  search(text: $text, types: [REQUIREMENT], limit: 5) {
    score
    node { ... on Requirement {
      identifier title priority
      project { name members { role user { displayName } } }
      constraints { name numericValue numericUnit }
      components { name interfaces { name } requirements { identifier } }
      impact(depth: 3) { distance requirement { identifier title } }
      similar(limit: 3) { score requirement { identifier } }
    } }
  }
}`,
    variables: '{ "text": "how far can it fly" }',
  },
  {
    name: 'The lattice of projects with their latest critical requirements',
    query: `query Lattice {
  projects(sort: [{level: ASC}, {name: ASC}]) {
    name level domain publicationStatus
    parent { name }
    members { role user { displayName } }
    requirements(where: {priority: {eq: CRITICAL}}, sort: [{createdAt: DESC}], limit: 3) { identifier title state }
  }
}`,
  },
  {
    name: 'From a component to the requirements it carries and where documents mention it',
    query: `query Component($name: String!) {
  components(where: {name: {caseInsensitive: {contains: $name}}}) {
    name type
    interfaces { name }
    processes { name functions { name conditions { name } } }
    requirements(where: {state: {in: [APPROVED, PUBLISHED]}}, sort: [{identifier: ASC}]) { identifier title constraints { name numericValue numericUnit } }
    mentionedIn(limit: 3) { content asset { title } }
  }
}`,
    variables: '{ "name": "battery" }',
  },
  {
    name: 'Pieces of documents that answer a question, with their source',
    query: `query Ask($text: String!) {
  search(text: $text, types: [KNOWLEDGE_CHUNK], limit: 5) {
    score text
    node { ... on KnowledgeChunk {
      asset { title project { name } sourceFile { filename } }
      requirements { identifier title }
      components { name }
    } }
  }
}`,
    variables: '{ "text": "what happens when the radio link is lost" }',
  },
];
