import { Kind, parse, visit, type DefinitionNode, type DocumentNode, type FieldDefinitionNode, type GraphQLSchema } from 'graphql';
import { analyticsSdl } from './analytics-sdl.js';
import { AUDIT_SDL } from './audit-sdl.js';
import { markDeprecated } from './deprecated.js';
import { graphDefinitions } from './graph-definitions.js';
import { graphSdl, GRAPH_TYPES } from './graph-sdl.js';
import { identitySdl } from './identity-sdl.js';
import { tableSdl } from './sdl.js';
import { subscriptionSdl } from './subscription-sdl.js';
import { cypherResults } from './cypher-results.js';
import { graphTypes, type Model } from './types.js';

/**
 * The SDL that clients see, in one document: the schema files without their directives, what is made for table-home
 * types, and what @neo4j/graphql makes for node-home types. Where @neo4j/graphql leads to a node that stands for a row,
 * the row's own type takes its place.
 */
export const mergeSdl = (model: Model, graphSchema: GraphQLSchema | undefined): DocumentNode => {
  const definitions = new Map<string, DefinitionNode>();
  const roots = new Map<string, FieldDefinitionNode[]>([
    ['Query', []],
    ['Mutation', []],
    ['Subscription', []],
  ]);
  const add = (definition: DefinitionNode) => {
    if (!('name' in definition) || !definition.name) return;
    const { value: name } = definition.name;
    if (definition.kind === Kind.OBJECT_TYPE_DEFINITION && roots.has(name)) roots.get(name)!.push(...(definition.fields ?? []));
    else if (!definitions.has(name)) definitions.set(name, definition);
  };
  const graph = graphSchema && graphDefinitions(model, graphSchema);
  const results = cypherResults(model);
  graph?.definitions.forEach(add);
  for (const text of [
    ...tableSdl(model),
    ...graphSdl(model),
    ...analyticsSdl(model),
    ...identitySdl(model),
    ...subscriptionSdl(model),
    AUDIT_SDL,
  ])
    parse(text, { noLocation: true }).definitions.forEach(add);
  for (const definition of parse(model.sdl, { noLocation: true }).definitions) {
    if (definition.kind === Kind.DIRECTIVE_DEFINITION) continue;
    const given = forClients(definition);
    // As those that @neo4j/graphql makes: see `looseValues`.
    add(definition.kind === Kind.OBJECT_TYPE_DEFINITION && results.has(definition.name.value) ? nullableFields(given) : given);
  }
  if (graphTypes(model).length === 0) for (const name of GRAPH_TYPES) definitions.delete(name);
  for (const [type, { fields, filters }] of graph?.hops ?? []) {
    extend(definitions, type, fields);
    extend(definitions, `${type}Where`, filters);
  }
  const path = parse('type T { "The shortest path to it; of several, the first in the order of keys." path: GraphPath }', {
    noLocation: true,
  }).definitions[0] as { fields?: readonly FieldDefinitionNode[] };
  for (const type of model.types.values()) {
    for (const field of type.fields.values()) if (field.kind === 'traverse') extend(definitions, field.wrapper, path.fields!);
  }
  markDeprecated(definitions, model);
  for (const [name, fields] of roots) {
    if (fields.length > 0) definitions.set(name, { kind: Kind.OBJECT_TYPE_DEFINITION, name: { kind: Kind.NAME, value: name }, fields });
  }
  return { kind: Kind.DOCUMENT, definitions: [...definitions.values()] };
};

/** A definition without the directives that say where things live: what GraphQL itself says of them stays. */
export const forClients = <T extends DefinitionNode>(definition: T): T =>
  visit(definition, { Directive: ({ name }) => (name.value === 'deprecated' || name.value === 'specifiedBy' ? undefined : null) });

const nullableFields = (definition: DefinitionNode): DefinitionNode =>
  visit(definition, {
    FieldDefinition: (field) => (field.type.kind === Kind.NON_NULL_TYPE ? { ...field, type: field.type.type } : undefined),
  });

/** Adds fields to a type or an input that does not have them itself. */
const extend = (
  definitions: Map<string, DefinitionNode>,
  name: string,
  fields: readonly { readonly name: { readonly value: string } }[],
): void => {
  const definition = definitions.get(name);
  if (definition?.kind !== Kind.OBJECT_TYPE_DEFINITION && definition?.kind !== Kind.INPUT_OBJECT_TYPE_DEFINITION) return;
  const own = (definition.fields ?? []) as readonly { readonly name: { readonly value: string } }[];
  const added = fields.filter((field) => !own.some((each) => each.name.value === field.name.value));
  definitions.set(name, { ...definition, fields: [...own, ...added] } as unknown as DefinitionNode);
};
