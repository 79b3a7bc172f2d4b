import type { DemoNode, DemoRelationship, PlacedRequirement } from './types.js';

/** Requirements that the analysis of ODRAS has gone over. */
const ANALYSED = 12;

/**
 * What the requirement analysis of ODRAS writes: triples whose subjects and objects, literals too, are nodes with nothing but an
 * iri, and whose predicate is a property of the one type of relationship.
 */
export const triplesOf = (requirements: readonly PlacedRequirement[]): { nodes: DemoNode[]; relationships: DemoRelationship[] } => {
  const nodes = new Map<string, DemoNode>();
  const relationships: DemoRelationship[] = [];
  const node = (iri: string): DemoNode => {
    const known = nodes.get(iri) ?? { label: 'Entity', id: iri, properties: { iri } };
    nodes.set(iri, known);
    return known;
  };
  const state = (subject: string, predicate: string, object: string): void => {
    const [from, to] = [node(subject), node(object)];
    relationships.push({
      type: 'REL',
      from: { label: from.label, id: from.id },
      to: { label: to.label, id: to.id },
      properties: { type: predicate },
    });
  };
  const analysed = requirements
    .filter(({ requirement }) => requirement.id.startsWith('AIR-') && requirement.constraints)
    .slice(0, ANALYSED);
  for (const { requirement } of analysed) {
    const { id, text, category, source, constraints = [], components = [], dependsOn = [] } = requirement;
    const subject = `req:${id}`;
    state(subject, 'TYPE', 'Requirement');
    state(subject, 'HAS_TEXT', text);
    state(subject, 'CATEGORY', category);
    if (source) state(subject, 'SOURCE_FILE', source.document);
    for (const [index, model] of ['small-model', 'large-model'].entries()) {
      const iteration = `iter:${id}_${index}`;
      state(subject, 'HAS_ITERATION', iteration);
      state(iteration, 'ITERATION_NUMBER', String(index));
      state(iteration, 'USES_MODEL', model);
    }
    for (const [index, name] of components.entries()) {
      const entity = `ent:${name}_${id}_${index}`;
      state(`iter:${id}_1`, 'EXTRACTS_ENTITY', entity);
      state(entity, 'NAME', name);
      state(subject, 'HAS_ENTITY', entity);
    }
    for (const [index, { name }] of constraints.entries()) {
      const constraint = `constraint:${id}_${index}`;
      state(`iter:${id}_1`, 'IDENTIFIES_CONSTRAINT', constraint);
      state(constraint, 'NAME', name);
      state(subject, 'HAS_CONSTRAINT', constraint);
    }
    for (const other of dependsOn) state(subject, 'HAS_DEPENDENCY', `dep:${id}_${other}`);
  }
  return { nodes: [...nodes.values()], relationships };
};
