import type { GraphQLSchema } from 'graphql';
import { usualDepth } from '../model/graph-sdl.js';
import { LINK, traversalName } from '../model/traversal-cypher.js';
import type { TraversalField } from '../model/fields.js';
import type { Model } from '../model/types.js';
import { parseProperties } from '../predicate/parse.js';
import { depthOf, limitOf, type Limits } from '../query/limits.js';
import { edgeTests } from './edge-tests.js';
import type { GraphPart } from './part.js';

/** The field of the graph schema that answers a traversal: the relationships it follows, or the shortest paths. */
export const traversalText = (
  model: Model,
  schema: GraphQLSchema,
  limits: Limits,
  field: TraversalField,
  args: Readonly<Record<string, unknown>>,
  part: GraphPart,
): string => {
  const depth = depthOf(field.name, args['depth'], field.maxDepth, usualDepth(field));
  if (field.kind === 'path') {
    // A single path is the first of all shortest ones.
    const maximum = part.bind(field.list ? limitOf(field.name, args['limit'], limits) : 1, 'Int!');
    return `${traversalName(field, depth)}(to: ${part.bind(args['to'], 'ID!')}, maximum: ${maximum}) { keys types relationships sources }`;
  }
  part.isTraversal = true;
  const properties = model.relationshipProperties.get(field.properties ?? '');
  const edge = properties && parseProperties(model, properties, args['edge'], field.name);
  const tests = edge ? edgeTests(field.name, edge, schema) : [];
  const asked = tests.length === 0 ? '' : `tests: ${part.bind(tests, '[[RelationshipTest!]!]!')}, `;
  return `${traversalName(field, depth, tests.length > 0)}(${asked}maximum: ${part.bind(limits.maxTraversed + 1, 'Int!')}) { ${LINK} }`;
};
