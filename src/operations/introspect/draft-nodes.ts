import { directive, IN, OUT, type DraftField, type DraftType } from './draft.js';
import type { LiveGraph, LiveLabel, LiveProperty, LiveRelationship } from './graph-catalog.js';
import { fieldNameOf, lowerFirst, NameSet, propertiesNameOf, typeNameOf } from './names.js';
import type { Naming } from './naming.js';
import { pluralTypeName } from '../../model/names.js';
import type { LeftOut } from './draft-tables.js';
import { isSecretName, wordsOf } from '../../model/secret-names.js';

/** The file of node-home types. */
export const GRAPH_DOMAIN = 'graph';

export interface NodeRules {
  readonly naming: Naming;
  /** Whether a label has a type: the nodes of others are rows. */
  readonly isShown: (label: LiveLabel) => boolean;
  /** Whether somebody has said that a property is shown, or left out; undefined where nobody has. */
  readonly isPropertyShown: (label: string, property: string) => boolean | undefined;
  /** The type of a table whose rows have nodes of this label, which a comment proposes. */
  readonly tableType: (label: string) => string | undefined;
}

export interface NodeDraft {
  readonly types: readonly DraftType[];
  readonly leftOut: readonly LeftOut[];
  /** Comments about what has no type. */
  readonly notes: readonly string[];
  /** Relationships that rows would have, by label, as comments. */
  readonly rowNotes: ReadonlyMap<string, readonly string[]>;
}

export const labelId = (label: string): string => `label ${label}`;
export const propertiesId = (type: string): string => `properties ${type}`;

/** A way along a relationship, or against it: a field where both ends have types, and otherwise a comment. */
interface Hop {
  readonly relationship: LiveRelationship;
  readonly field: DraftField;
  readonly note: string | undefined;
}

/** Types for the labels, with their relationships both ways, and types for the properties of relationships. */
export const draftNodes = (graph: LiveGraph, rules: NodeRules): NodeDraft => {
  const { labels, properties } = graph;
  const { naming, isShown, tableType } = rules;
  const notes: string[] = [];
  const leftOut: LeftOut[] = [];
  const isReadable = (of: string, { name, scalar }: LiveProperty): boolean => {
    const said = rules.isPropertyShown(of, name);
    const why =
      said === false ? 'introspect.yaml says so' : !said && scalar === 'String' && isSecretName(name) ? 'looks secret' : undefined;
    if (why !== undefined) leftOut.push({ name: `${of}.${name}`, why });
    return why === undefined;
  };
  const shown = labels.filter((label) => {
    if (!isShown(label)) return false;
    if (label.withoutId === 0) return true;
    const share = `${label.withoutId} of ${label.count} nodes have no property id, by which nodes are looked up`;
    notes.push(`label ${label.name} has no type: ${share}`);
    return false;
  });
  const typeNames = new Map(shown.map(({ name }) => [name, naming.type(labelId(name), typeNameOf(name))]));
  const readable = new Map(
    [...properties]
      .map(([type, all]) => [type, all.filter((property) => isReadable(`:${type}`, property))] as const)
      .filter(([, all]) => all.length > 0),
  );
  const propertyTypes = new Map([...readable.keys()].map((type) => [type, naming.type(propertiesId(type), propertiesNameOf(type))]));
  const used = new Set<string>();
  const rowNotes = new Map<string, readonly string[]>();
  const nodeTypes = shown.map((label): DraftType => {
    const id = labelId(label.name);
    const taken = new NameSet();
    taken.take('id');
    const name = typeNames.get(label.name)!;
    const own = label.properties
      .filter((property) => property.name !== 'id' && isReadable(`:${label.name}`, property))
      .map((property) => propertyField(id, property, naming, taken, name));
    const hops = hopsOf(label.name, graph, { rules, typeNames, propertyTypes, taken });
    const fields = hops.filter(({ note }) => note === undefined);
    for (const { relationship } of fields) used.add(relationship.type);
    return {
      id,
      name,
      directives: directive('node', { labels: name === label.name ? undefined : [label.name] }),
      fields: [{ name: 'id', type: 'ID!', directives: '' }, ...own, ...fields.map(({ field }) => field)],
      notes: hops.flatMap(({ note }) => note ?? []),
      domain: GRAPH_DOMAIN,
    };
  });
  for (const { name } of labels) {
    if (typeNames.has(name) || tableType(name) === undefined) continue;
    const hops = hopsOf(name, graph, { rules, typeNames, propertyTypes, taken: new NameSet() });
    rowNotes.set(
      name,
      hops.flatMap(({ note }) => note ?? []),
    );
  }
  const ofRelationships = [...propertyTypes]
    .filter(([type]) => used.has(type))
    .map(([type, name]): DraftType => {
      const id = propertiesId(type);
      const taken = new NameSet();
      const fields = readable.get(type)!.map((property) => propertyField(id, property, naming, taken, name));
      return { id, name, directives: '@relationshipProperties', fields, notes: [], domain: GRAPH_DOMAIN };
    });
  return { types: [...nodeTypes, ...ofRelationships], leftOut, notes, rowNotes };
};

interface HopRules {
  readonly rules: NodeRules;
  readonly typeNames: ReadonlyMap<string, string>;
  readonly propertyTypes: ReadonlyMap<string, string>;
  readonly taken: NameSet;
}

/** All ways from a label to others that have a type, or may have one. */
const hopsOf = (label: string, { relationships }: LiveGraph, { rules, typeNames, propertyTypes, taken }: HopRules): Hop[] =>
  [OUT, IN].flatMap((direction) => {
    const [near, far] = direction === OUT ? (['from', 'to'] as const) : (['to', 'from'] as const);
    const own = relationships.filter((each) => each[near] === label);
    return own.flatMap((relationship): Hop[] => {
      const { type, count } = relationship;
      const target = typeNames.get(relationship[far]);
      const proposed = target ?? rules.tableType(relationship[far]);
      if (proposed === undefined) return [];
      const word = wordsOf(type).join('_');
      const base = fieldNameOf(direction === OUT ? word : `incoming_${word}`);
      const isOne = own.filter((other) => other.type === type).length === 1;
      const id = `${labelId(label)} -${type} ${direction.description!} ${relationship[far]}`;
      const name = rules.naming.field(id, isOne ? base : `${base}${pluralTypeName(proposed)}`, taken, 'Nodes');
      const hop = { name, type: `[${proposed}!]!` };
      const isReal = target !== undefined && typeNames.has(label);
      const directives = directive('relationship', { type, direction, properties: isReal ? propertyTypes.get(type) : undefined });
      const evidence = `${count.toLocaleString('en')} relationship${count === 1 ? '' : 's'}`;
      const note = isReal ? undefined : `likely: ${name}: ${hop.type} ${directives} (${evidence})`;
      return [{ relationship, field: { ...hop, directives }, note }];
    });
  });

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
