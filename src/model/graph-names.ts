import type { RelationshipField } from './fields.js';
import { graphTypes, nodeName, tableTypes, type EntityType, type Model } from './types.js';
import { countName } from './hop-count.js';
import { ORDER_NAMES } from './node-order.js';
import { LINKS, traversalNames } from './traversal-cypher.js';

export const capital = (name: string): string => name.charAt(0).toUpperCase() + name.slice(1);

/** Field of a connection that gives what its edges lead to. */
export const CONNECTED = 'nodes';

export const connectionName = (field: RelationshipField): string => `${field.name}Connection`;

/** The relationship that a name such as `componentsConnection` is about. */
export const connectionField = (type: EntityType, name: string): RelationshipField | undefined => {
  if (!name.endsWith('Connection')) return undefined;
  const field = type.fields.get(name.slice(0, -'Connection'.length));
  return field?.kind === 'relationship' ? field : undefined;
};

export const relationshipFields = (type: EntityType): RelationshipField[] =>
  [...type.fields.values()].filter((field) => field.kind === 'relationship');

/**
 * Names of the graph schema as clients see them: what is made for a hop from a row (connections, edges, their filters)
 * is named by the row's type, not by that of the node that stands for it.
 */
export const clientNames = (model: Model): ((name: string) => string) => {
  const prefixes = tableTypes(model)
    .filter((type) => type.node)
    .flatMap((type) =>
      relationshipFields(type).flatMap((field) => {
        const target = model.types.get(field.target)!;
        return [capital(field.name), (target.home === 'table' ? nodeName(target) : target.name) + capital(field.name)].map(
          (rest) => [nodeName(type) + rest, type.name + rest] as const,
        );
      }),
    )
    // The longest first: dependsOn before depends.
    .sort(([one], [other]) => other.length - one.length);
  return (name) => {
    const found = prefixes.find(([prefix]) => name.startsWith(prefix));
    return found ? found[1] + name.slice(found[0].length) : name;
  };
};

/** Fields of the graph schema's types that clients do not see. */
export const internalFields = (model: Model): ReadonlyMap<string, ReadonlySet<string>> =>
  new Map(
    graphTypes(model).map((type) => [
      type.name,
      new Set([
        LINKS,
        ...(type.home === 'node' ? [...relationshipFields(type).map(({ name }) => countName(name)), ...ORDER_NAMES] : []),
        ...[...type.fields.values()].flatMap((field) =>
          field.kind === 'traverse' || field.kind === 'path' || field.kind === 'neighbourhood' ? traversalNames(field) : [],
        ),
      ]),
    ]),
  );
