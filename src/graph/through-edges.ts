import { Kind, type FieldNode, type SelectionSetNode } from 'graphql';
import type { SelectedField } from '../query/selection.js';
import type { Shape } from './shape.js';

/** The node of an edge, with this selection. */
const nodeOf = (selectionSet: SelectionSetNode | undefined): FieldNode => ({
  kind: Kind.FIELD,
  name: { kind: Kind.NAME, value: 'node' },
  ...(selectionSet ? { selectionSet } : {}),
});

/** `nodes` of a connection, for the graph schema: the node of each edge. */
export const throughEdges = (field: SelectedField): SelectedField & { readonly shape: (edges: Shape | undefined) => Shape } => ({
  ...field,
  name: 'edges',
  nodes: field.nodes.map(({ selectionSet, ...node }) => ({
    ...node,
    selectionSet: { kind: Kind.SELECTION_SET, selections: [nodeOf(selectionSet)] },
  })),
  shape: (edges) => (value) => ((edges ? edges(value) : value) as { readonly node: unknown }[]).map(({ node }) => node),
});
