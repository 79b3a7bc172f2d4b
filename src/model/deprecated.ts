import {
  Kind,
  type ConstDirectiveNode,
  type DefinitionNode,
  type EnumValueDefinitionNode,
  type FieldDefinitionNode,
  type InputValueDefinitionNode,
} from 'graphql';
import { capital } from './graph-names.js';
import { enumName } from './names.js';
import type { FieldPlan } from './fields.js';
import type { Model } from './types.js';

/** What is added to the name of a type for the types whose fields, or values, are named by its fields. */
const OF_TYPE =
  ' Where Sort ValueSort CreateInput UpdateInput DeleteInput AggregateNode AggregateNodeSort GroupField GroupKey GroupKeySort KeyField';
const OF_NODE = 'ConnectInput DisconnectInput';
const OF_PROPERTIES = ' Where Sort CreateInput UpdateInput AggregationWhereInput';

/**
 * Clients see that a field is deprecated wherever they can name it: in filters, sorts and inputs, too. @neo4j/graphql does not see it, as
 * it would mark required inputs, which GraphQL does not allow.
 */
export const markDeprecated = (definitions: Map<string, DefinitionNode>, model: Model): void => {
  const mark = (prefix: string, suffixes: string, fields: Iterable<FieldPlan>): void => {
    const reasons = reasonsOf(fields);
    if (reasons.size === 0) return;
    for (const suffix of suffixes.split(' ')) {
      const definition = definitions.get(prefix + suffix);
      if (definition) definitions.set(prefix + suffix, marked(definition, reasons));
    }
  };
  for (const type of model.types.values()) {
    mark(type.name, type.home === 'node' ? `${OF_TYPE} ${OF_NODE}` : OF_TYPE, type.fields.values());
    // A row that is created with one that it refers to has an input of its own.
    for (const field of type.fields.values())
      if (field.kind === 'join' && field.list)
        mark(type.name + capital(field.name), 'NodeInput', model.types.get(field.target)!.fields.values());
  }
  for (const { name, fields } of model.relationshipProperties.values()) mark(name, OF_PROPERTIES, fields.values());
};

/** Reasons by all names that deprecated fields have there. */
const reasonsOf = (fields: Iterable<FieldPlan>): ReadonlyMap<string, string> =>
  new Map(
    [...fields].flatMap(({ name, deprecated }) =>
      deprecated === undefined ? [] : [name, enumName(name), `${name}Connection`].map((each) => [each, deprecated] as const),
    ),
  );

const marked = (definition: DefinitionNode, reasons: ReadonlyMap<string, string>): DefinitionNode => {
  const mark = <T extends FieldDefinitionNode | InputValueDefinitionNode | EnumValueDefinitionNode>(member: T): T => {
    const reason = reasons.get(member.name.value);
    const isRequired = member.kind === Kind.INPUT_VALUE_DEFINITION && member.type.kind === Kind.NON_NULL_TYPE && !member.defaultValue;
    const isMarked = member.directives?.some(({ name }) => name.value === 'deprecated');
    return reason === undefined || isRequired || isMarked
      ? member
      : { ...member, directives: [...(member.directives ?? []), directive(reason)] };
  };
  switch (definition.kind) {
    case Kind.INPUT_OBJECT_TYPE_DEFINITION:
      return { ...definition, ...(definition.fields ? { fields: definition.fields.map(mark) } : {}) };
    case Kind.OBJECT_TYPE_DEFINITION:
      return { ...definition, ...(definition.fields ? { fields: definition.fields.map(mark) } : {}) };
    case Kind.ENUM_TYPE_DEFINITION:
      return { ...definition, ...(definition.values ? { values: definition.values.map(mark) } : {}) };
    default:
      return definition;
  }
};

const directive = (reason: string): ConstDirectiveNode => ({
  kind: Kind.DIRECTIVE,
  name: { kind: Kind.NAME, value: 'deprecated' },
  arguments: [{ kind: Kind.ARGUMENT, name: { kind: Kind.NAME, value: 'reason' }, value: { kind: Kind.STRING, value: reason } }],
});
