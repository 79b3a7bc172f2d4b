import { enumName } from './names.js';
import { embeddedTypes, searchedTypes, type EmbeddedType, type Model, type SearchedType } from './types.js';

/** Hits of a search that sets no limit. */
export const USUAL_HITS = 10;

/** Arguments that every list of near rows takes. */
const PAGE = `limit: Int = ${USUAL_HITS}
"Number of hits to skip."
offset: Int
"Minimum cosine similarity; 1 means the same meaning."
minScore: Float`;
const VARIETY = `"From 0 (the best hits) to 1 (hits that differ most from each other), by maximal marginal relevance among the best 100."
diversity: Float`;

/** Fields that all points of the type carry, if their rows have a value. */
export const groupFields = ({ embedding }: SearchedType): string[] =>
  embedding.payload.flatMap(({ name, always }) => (always ? [name] : []));

const groupArgument = (types: readonly SearchedType[]): string =>
  types.some((type) => groupFields(type).length > 0)
    ? '"Keeps at most `limit` hits (default 1) per value of a field."\ngroupBy: SearchGroup\n'
    : '';

const usingArgument = (types: readonly SearchedType[]): string => {
  const names = [...new Set(types.flatMap(({ embedding }) => embedding.vectors.map(({ name }) => name)).filter((name) => name !== ''))];
  return names.length === 0
    ? ''
    : `"Vectors to compare, of ${names.join(', ')}. Default: the first of each type. Several are merged by reciprocal rank fusion."\n` +
        'using: [String!]\n';
};

/** Arguments of a `@nearest` field. */
export const nearestArguments = (type: EmbeddedType): string =>
  `(\n${PAGE}\nwhere: ${type.name}Where\n${groupArgument([type])}${usingArgument([type])}${VARIETY}\n)`;

/** `search` and `searchPage` over all types whose rows have vectors, and `collectionInfo`; nothing where none has. */
export const searchSdl = (model: Model): string[] => {
  const embedded = searchedTypes(model);
  const filtered = embeddedTypes(model);
  if (embedded.length === 0) return [];
  const fields = embedded.flatMap(groupFields);
  const search = `(
    "Text to search for. Exactly one of text, vector and like is required."
    text: String
    "A vector to search for, with the dimensions of the embedding model."
    vector: [Float!]
    "Ids of example rows of any type. Hits are similar to them, but do not include them."
    like: [ID!]
    "With like: ids of rows that hits should differ from."
    unlike: [ID!]
    types: [SearchType!]
    ${usingArgument(embedded)}"Adds keyword search and merges both by reciprocal rank fusion. Default: semantic search only."
    weights: SearchWeights
    ${PAGE}
    ${filtered.length === 0 ? '' : 'where: SearchWhere\n'}    ${groupArgument(embedded)}${VARIETY}
  )`;
  return [
    `"Types with semantic search."\nenum SearchType {\n${embedded.map((type) => enumName(type.name)).join('\n')}\n}`,
    `"A row found by search."\nunion SearchNode = ${embedded.map((type) => type.name).join(' | ')}`,
    `"Part of a search."\nenum SearchPart {\n"Semantic search: similarity of vectors."\nDENSE\n"Keyword search: BM25."\nKEYWORD\n}`,
    `"A part of the search that found a hit."
    type FoundBy {
      part: SearchPart!
      "Name of the vector that was compared; null for the unnamed vector."
      vector: String
      "Rank of the hit in this part, from 1."
      rank: Int!
      "Cosine similarity for DENSE, BM25 for KEYWORD."
      score: Float!
    }`,
    `"A row found by search, with its score."
    type SearchHit {
      "Score that the hits are sorted by. With several parts it is the sum of weight / (60 + rank) over those that found the hit."
      score: Float!
      "The text that was compared."
      text: String!
      "The parts of the search that found it."
      foundBy: [FoundBy!]!
      "The row itself."
      node: SearchNode!
    }`,
    `"A page of search hits."
    type SearchPage {
      hits: [SearchHit!]!
      "Whether there are more hits after these."
      hasNextPage: Boolean!
      "Number of hits dropped from this page because their row was deleted or has changed since its vector was made."
      dropped: Int!
    }`,
    `"Weights of the parts of a search; 0 turns one off."\ninput SearchWeights {\ndense: Float! = 1\nkeyword: Float! = 1\n}`,
    ...(filtered.length === 0
      ? []
      : [
          '"Conditions on the rows of each type."\n' +
            `input SearchWhere {\n${filtered.map((type) => `${type.singular}: ${type.name}Where`).join('\n')}\n}`,
        ]),
    ...(fields.length === 0
      ? []
      : [
          '"Groups of hits by the value of a field."\n' +
            'input SearchGroup {\n' +
            `"Field that all hits of a group have the same value of. Points carry: ${embedded
              .filter((type) => groupFields(type).length > 0)
              .map((type) => `${groupFields(type).join(', ')} (${type.name})`)
              .join('; ')}."\n` +
            'field: String!\n"Maximum number of hits per group."\nlimit: Int! = 1\n}',
        ]),
    `type Query {
      "Rows whose text is most similar, best first."
      search${search}: [SearchHit!]
      "The same, with information about the page."
      searchPage${search}: SearchPage
      "The state of the vector collections, for operators."
      collectionInfo: [CollectionInfo!]
    }`,
    COLLECTION_INFO,
  ];
};

const COLLECTION_INFO = `
  "Status of a collection: GREEN is ready, YELLOW is being optimized, GREY is waiting for optimization, RED has failed."
  enum CollectionStatus { GREEN YELLOW GREY RED }
  "A collection of vectors."
  type CollectionInfo {
    name: String!
    "Types whose rows it contains."
    types: [String!]!
    status: CollectionStatus!
    "Error of the optimizer, or null."
    optimizerError: String
    "Number of points, which is the number of rows with vectors."
    points: BigInt!
    "Number of indexed vectors; the others are compared one by one."
    indexedVectors: BigInt!
    "Number of segments."
    segments: Int!
    vectors: [CollectionVector!]!
    payloadIndexes: [PayloadIndex!]!
    "Estimated size of the vectors in bytes, on the server that answers; null if the store does not report it."
    vectorBytes: BigInt
    "Estimated size of the payload in bytes, as above."
    payloadBytes: BigInt
    "Number of search hits since this gateway started whose row was deleted or had changed."
    drift: Int!
  }
  "One vector of each point."
  type CollectionVector {
    "Null for the unnamed one."
    name: String
    "DENSE, or KEYWORD for the keyword vector."
    part: SearchPart!
    "Dimensions; null for the keyword vector."
    size: Int
    distance: String
    "Edges per node of its index; 0 if it has none."
    m: Int
    efConstruct: Int
    "Quantization: scalar, binary or product, or null."
    quantization: String
    onDisk: Boolean
  }
  "An index on a payload field."
  type PayloadIndex {
    field: String!
    "keyword, uuid, integer, float, bool or datetime."
    kind: String!
    "Number of points with a value."
    points: BigInt!
  }`;
