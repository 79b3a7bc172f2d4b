import { deprecatedSdl, enumName } from './names.js';
import type { FieldPlan } from './fields.js';
import { graphTypes, type Model } from './types.js';

/** Types of the schema files that have a meaning only where there is a graph. */
export const GRAPH_TYPES = [
  'RelationshipDirection',
  'GraphNode',
  'GraphPath',
  'GraphPathRelationship',
  'GraphNeighbourhood',
  'GraphNeighbourhoodNode',
  'GraphNodeData',
  'GraphNeighbourhoodEdge',
  'GraphEdgeData',
];

const describe = (text: string | undefined): string => (text === undefined ? '' : `${JSON.stringify(text)}\n`);

/** Hops that a traversal goes when the client says nothing. */
export const usualDepth = ({ kind, maxDepth }: { readonly kind: string; readonly maxDepth: number }): number =>
  kind === 'path' ? maxDepth : Math.min(kind === 'neighbourhood' ? 1 : 5, maxDepth);

/** Arguments of a field that is reached through the graph by more than a hop. */
export const graphArguments = (field: FieldPlan): string => {
  const edge = 'properties' in field && field.properties !== undefined ? `, edge: ${field.properties}Where` : '';
  switch (field.kind) {
    case 'traverse':
      return `(depth: Int = ${usualDepth(field)}, where: ${field.target}Where${edge}, limit: Int)`;
    case 'path':
      return `(to: ID!, depth: Int = ${usualDepth(field)}${field.list ? ', limit: Int' : ''})`;
    case 'neighbourhood':
      return `(depth: Int = ${usualDepth(field)}${edge}, limit: Int)`;
    case 'cypher':
      return field.args;
    default:
      return '';
  }
};

/** A traversal as clients see it: nullable, since it may fail alone. None for another field. */
export const graphFieldSdl = (field: FieldPlan, model: Model): string | undefined => {
  if (field.kind !== 'traverse' && field.kind !== 'path' && field.kind !== 'neighbourhood') return undefined;
  if ('target' in field && !model.types.has(field.target)) return undefined;
  return `${describe(field.description)}${field.name}${graphArguments(field)}: ${field.type.replace(/!$/, '')}${deprecatedSdl(field)}`;
};

/** What is made once for all types that stand in the graph. */
export const graphSdl = (model: Model): string[] => {
  const types = graphTypes(model);
  if (types.length === 0) return [];
  return [
    `"A node of the graph, of any type."\nunion GraphNode = ${types.map((type) => type.name).join(' | ')}`,
    `"Types with nodes in the graph."\nenum GraphType {\n${types.map((type) => enumName(type.name)).join('\n')}\n}`,
  ];
};
