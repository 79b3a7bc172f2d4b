import { directive, IN, OUT, type DraftField, type DraftType } from './draft.js';
import type { LiveGraph, LiveLabel, LiveProperty } from './graph-catalog.js';
import { fieldNameOf, lowerFirst, NameSet, typeNameOf } from './names.js';
import type { Naming } from './naming.js';
import { pluralTypeName } from '../../model/names.js';
import { wordsOf } from './secrets.js';

/** The file of node-home types. */
export const GRAPH_DOMAIN = 'graph';

export interface NodeRules {
  readonly naming: Naming;
  /** Whether a label has a type: the nodes of others are rows, or are left out. */
  readonly isShown: (label: LiveLabel) => boolean;
  /** The type of a table whose rows have nodes of this label, which a comment proposes. */
  readonly tableType: (label: string) => string | undefined;
}

export interface NodeDraft {
  readonly types: readonly DraftType[];
  /** Comments about what has no type. */
  readonly notes: readonly string[];
  /** Relationships that rows would have, by label, as comments. */
  readonly rowNotes: ReadonlyMap<string, readonly string[]>;
}

export const labelId = (label: string): string => `label ${label}`;
export const propertiesId = (type: string): string => `properties ${type}`;

/** Types for the labels, with their relationships both ways, and types for the properties of relationships. */
export const draftNodes = ({ labels, relationships, properties }: LiveGraph, { naming, isShown, tableType }: NodeRules): NodeDraft => {
  const notes: string[] = [];
  const shown = labels.filter((label) => {
    if (!isShown(label)) return false;
    if (label.withoutId === 0) return true;
    notes.push(
      `label ${label.name} has no type: ${label.withoutId} of ${label.count} nodes have no property id, by which nodes are looked up`,
    );
    return false;
  });
  const typeNames = new Map(shown.map(({ name }) => [name, naming.type(labelId(name), typeNameOf(name))]));
  const used = new Set<string>();
  const propertyTypes = new Map(
    [...properties.keys()].map((type) => [type, naming.type(propertiesId(type), `${typeNameOf(type)}Properties`)]),
  );
  const rowNotes = new Map<string, string[]>();
  const hops = (label: string, taken: NameSet, id: string): DraftField[] =>
    [OUT, IN].flatMap((direction) => {
      const [near, far] = direction === OUT ? (['from', 'to'] as const) : (['to', 'from'] as const);
      return relationships
        .filter((each) => each[near] === label)
        .flatMap((each): DraftField[] => {
          const target = typeNames.get(each[far]);
          const proposed = target ?? tableType(each[far]);
          if (proposed === undefined) return [];
          const isOne = relationships.filter((other) => other.type === each.type && other[near] === label).length === 1;
          const word = wordsOf(each.type).join('_');
          const base = fieldNameOf(direction === OUT ? word : `incoming_${word}`);
          const name = naming.field(
            `${id} -${each.type} ${direction.description!} ${each[far]}`,
            isOne ? base : `${base}${pluralTypeName(proposed)}`,
            taken,
            'Nodes',
          );
          const field = {
            name,
            type: `[${proposed}!]!`,
            directives: directive('relationship', { type: each.type, direction, properties: propertyTypes.get(each.type) }),
          };
          const isReal = target !== undefined && typeNames.has(label);
          if (isReal) {
            used.add(each.type);
            return [field];
          }
          rowNotes.set(label, [
            ...(rowNotes.get(label) ?? []),
            `likely: ${field.name}: ${field.type} ${field.directives}  (${each.count.toLocaleString('en')} relationships)`,
          ]);
          return [];
        });
    });
  const types = shown.map((label): DraftType => {
    const id = labelId(label.name);
    const taken = new NameSet();
    taken.take('id');
    const name = typeNames.get(label.name)!;
    const own = label.properties
      .filter((property) => property.name !== 'id')
      .map((property) => propertyField(id, property, naming, taken, name));
    const led = hops(label.name, taken, id);
    return {
      id,
      name,
      directives: directive('node', { labels: name === label.name ? undefined : [label.name] }),
      fields: [{ name: 'id', type: 'ID!', directives: '' }, ...own, ...led],
      notes: rowNotes.get(label.name) ?? [],
      domain: GRAPH_DOMAIN,
    };
  });
  for (const { name } of labels) if (!typeNames.has(name) && tableType(name) !== undefined) hops(name, new NameSet(), labelId(name));
  const ofRelationships = [...propertyTypes]
    .filter(([type]) => used.has(type))
    .map(([type, name]): DraftType => {
      const taken = new NameSet();
      const id = propertiesId(type);
      return {
        id,
        name,
        directives: '@relationshipProperties',
        fields: properties.get(type)!.map((property) => propertyField(id, property, naming, taken, name)),
        notes: [],
        domain: GRAPH_DOMAIN,
      };
    });
  return { types: [...types, ...ofRelationships], notes, rowNotes };
};

/** Any node may lack any property, so each may be null. */
const propertyField = (
  id: string,
  { name: property, scalar, isList }: LiveProperty,
  naming: Naming,
  taken: NameSet,
  type: string,
): DraftField => {
  const usual = fieldNameOf(property);
  const name = naming.field(`${id} ${property}`, usual === 'id' ? `${lowerFirst(type)}Id` : usual, taken, 'Value');
  return {
    name,
    type: isList ? `[${scalar}!]` : scalar,
    directives: name === property ? '' : directive('alias', { property }),
  };
};
