import { enumName } from './names.js';
import type { EmbeddedType, TableType } from './types.js';

/** Hits of a search that sets no limit. */
export const USUAL_HITS = 10;

/** Arguments that every list of near rows takes. */
const PAGE = `limit: Int = ${USUAL_HITS}
"Hits to leave out before the first one."
offset: Int
"Leaves out what is less near: a cosine similarity, 1 is the same meaning."
minScore: Float`;
const VARIETY = `"From 0, the best hits, to 1, hits unlike each other: maximal marginal relevance among the 100 best."
diversity: Float`;

const groupArgument = (types: readonly EmbeddedType[]): string =>
  types.some(({ embedding }) => embedding.payload.length > 0)
    ? '"Keeps at most `limit` hits (1 without it) of those that have the same value of a field."\ngroupBy: SearchGroup\n'
    : '';

const usingArgument = (types: readonly EmbeddedType[]): string => {
  const names = [...new Set(types.flatMap(({ embedding }) => embedding.vectors.map(({ name }) => name)).filter((name) => name !== ''))];
  return names.length === 0
    ? ''
    : `"Vectors to compare, of ${names.join(', ')}; without it each type's first. Several are fused by reciprocal rank."\nusing: [String!]\n`;
};

/** Arguments of a `@nearest` field. */
export const nearestArguments = (type: EmbeddedType): string =>
  `(\n${PAGE}\nwhere: ${type.name}Where\n${groupArgument([type])}${usingArgument([type])}${VARIETY}\n)`;

/** `search` and `searchPage` over all types whose rows have vectors, and `collectionInfo`; nothing where none has. */
export const searchSdl = (types: readonly TableType[]): string[] => {
  const embedded = types.filter((type): type is EmbeddedType => type.embedding !== undefined);
  if (embedded.length === 0) return [];
  const fields = embedded.flatMap(({ embedding }) => embedding.payload.map(({ name }) => name));
  const search = `(
    "Words to search for. One of text, vector and like is needed."
    text: String
    "A vector of the embedding model's size to compare with."
    vector: [Float!]
    "Rows that are like what is searched for, of any type; they are not among the hits."
    like: [ID!]
    "With like: rows that are not."
    unlike: [ID!]
    types: [SearchType!]
    ${usingArgument(embedded)}"Searches by keyword too, and fuses both by reciprocal rank; without it, only by meaning."
    weights: SearchWeights
    ${PAGE}
    where: SearchWhere
    ${groupArgument(embedded)}${VARIETY}
  )`;
  return [
    `"Types whose rows can be searched by meaning."\nenum SearchType {\n${embedded.map((type) => enumName(type.name)).join('\n')}\n}`,
    `"A row found by search."\nunion SearchNode = ${embedded.map((type) => type.name).join(' | ')}`,
    `"What has found a hit."\nenum SearchPart {\n"Nearness of vectors: meaning."\nDENSE\n"Words, weighed by BM25."\nKEYWORD\n}`,
    `"A part of a search that has found a hit."
    type FoundBy {
      part: SearchPart!
      "Name of the vector that was compared, null for a collection's unnamed one."
      vector: String
      "Place of the hit among those of this part, from 1."
      rank: Int!
      "Cosine similarity for DENSE, BM25 for KEYWORD."
      score: Float!
    }`,
    `"A row found by search, with how near it is."
    type SearchHit {
      "What the hits are ordered by: the score of the part that found it; where several parts are asked, the sum of weight / (60 + rank) over those that found it."
      score: Float!
      "The text that was compared."
      text: String!
      "Which parts of the search have found it."
      foundBy: [FoundBy!]!
      "The row itself."
      node: SearchNode!
    }`,
    `"Hits of a search, and what is to be known about them."
    type SearchPage {
      hits: [SearchHit!]!
      "Whether there are more hits after these."
      hasNextPage: Boolean!
      "Hits of this page that were left out, since their row is gone or has changed: their vectors lag behind."
      dropped: Int!
    }`,
    `"How much the parts of a search count; 0 leaves one out."\ninput SearchWeights {\ndense: Float! = 1\nkeyword: Float! = 1\n}`,
    `"Conditions on the rows of each type that is searched."\ninput SearchWhere {\n${embedded.map((type) => `${type.singular}: ${type.name}Where`).join('\n')}\n}`,
    ...(fields.length === 0
      ? []
      : [
          `"Groups of hits."\ninput SearchGroup {\n"Field that all hits of a group have the same value of. Points carry: ${embedded
            .filter(({ embedding }) => embedding.payload.length > 0)
            .map(({ name, embedding }) => `${embedding.payload.map((one) => one.name).join(', ')} (${name})`)
            .join('; ')}."\nfield: String!\n"Most hits of a group."\nlimit: Int! = 1\n}`,
        ]),
    `type Query {
      "Rows whose text is nearest in meaning, best first."
      search${search}: [SearchHit!]
      "The same, with what is to be known about the page."
      searchPage${search}: SearchPage
      "The state of the collections that hold the vectors, for operators."
      collectionInfo: [CollectionInfo!]
    }`,
    COLLECTION_INFO,
  ];
};

const COLLECTION_INFO = `
  "State of a collection: GREEN is ready, YELLOW is optimising, GREY waits to be optimised, RED has failed."
  enum CollectionStatus { GREEN YELLOW GREY RED }
  "A collection of vectors."
  type CollectionInfo {
    name: String!
    "Types whose rows it holds."
    types: [String!]!
    status: CollectionStatus!
    "What is wrong with the optimiser, null when nothing is."
    optimizerError: String
    "Points: rows that have vectors."
    points: BigInt!
    "Vectors that stand in an index; the others are compared one by one."
    indexedVectors: BigInt!
    "Parts that the points are kept in."
    segments: Int!
    vectors: [CollectionVector!]!
    payloadIndexes: [PayloadIndex!]!
    "Estimated size of the vectors, null where the store does not say; in a cluster, on the server that answers."
    vectorBytes: BigInt
    "Estimated size of the payload, as above."
    payloadBytes: BigInt
    "Vectors without their row, or with another, that searches have met since this gateway started."
    drift: Int!
  }
  "One vector of each point."
  type CollectionVector {
    "Null for the unnamed one."
    name: String
    "DENSE, or KEYWORD for weighted words."
    part: SearchPart!
    "Dimensions; null for weighted words."
    size: Int
    distance: String
    "Edges of a node in its index; 0 where there is none."
    m: Int
    efConstruct: Int
    "How it is made smaller: scalar, binary or product; null when it is not."
    quantization: String
    onDisk: Boolean
  }
  "An index on a field that points carry."
  type PayloadIndex {
    field: String!
    "keyword, uuid, integer, float, bool or datetime."
    kind: String!
    "Points that have a value."
    points: BigInt!
  }`;
