import {
  getNullableType,
  isInputObjectType,
  isListType,
  isScalarType,
  isEnumType,
  Kind,
  parse,
  print,
  TypeInfo,
  valueFromASTUntyped,
  visit,
  visitWithTypeInfo,
  type DefinitionNode,
  type FieldNode,
  type GraphQLSchema,
  type SelectionNode,
  type ValueNode,
} from 'graphql';
import type { Random } from './generate.js';

export interface VariedOperation {
  readonly query: string;
  readonly variables: Record<string, unknown>;
}

/**
 * The same question asked otherwise: with aliases, fragments, variables in the place of literals, @skip and @include, and
 * fields asked twice.
 */
export const varyOperation = (schema: GraphQLSchema, query: string, random: Random): VariedOperation => {
  const variables: Record<string, unknown> = {};
  const declared: string[] = [];
  const fragments: DefinitionNode[] = [];
  const declare = (value: unknown, type: string): ValueNode => {
    const name = `v${declared.length}`;
    declared.push(`$${name}: ${type}`);
    variables[name] = value;
    return { kind: Kind.VARIABLE, name: { kind: Kind.NAME, value: name } };
  };
  const info = new TypeInfo(schema);
  // Arguments, or parts of them, become variables.
  const withVariables = visit(
    parse(query, { noLocation: true }),
    visitWithTypeInfo(info, {
      enter: (node, key) => {
        if (key !== 'value' && typeof key !== 'number') return undefined;
        const type = info.getInputType();
        if (!type || !('kind' in node) || !random.chance(0.15)) return undefined;
        const nullable = getNullableType(type);
        const fits =
          ('fields' in node && isInputObjectType(nullable)) ||
          ('values' in node && isListType(nullable)) ||
          ('value' in node && typeof node.value !== 'object' && (isScalarType(nullable) || isEnumType(nullable)));
        if (!fits || JSON.stringify(node).includes('"Variable"')) return undefined;
        return declare(valueFromASTUntyped(node as ValueNode), String(type));
      },
    }),
  );
  const selections = new TypeInfo(schema);
  const varied = visit(
    withVariables,
    visitWithTypeInfo(selections, {
      SelectionSet: {
        leave: (node) => {
          const type = selections.getParentType();
          if (!type) return undefined;
          let parts: SelectionNode[] = [...node.selections];
          if (random.chance(0.15)) parts.push({ kind: Kind.FIELD, name: { kind: Kind.NAME, value: '__typename' } });
          parts = parts.map((part) =>
            part.kind === Kind.FIELD && !part.alias && random.chance(0.1)
              ? { ...part, alias: { kind: Kind.NAME, value: `other${random.below(1_000)}` } }
              : part,
          );
          parts = parts.map((part) => {
            if (parts.length === 1 || !random.chance(0.08)) return part;
            const condition = random.chance(0.5);
            const value: ValueNode = random.chance(0.5) ? declare(condition, 'Boolean!') : { kind: Kind.BOOLEAN, value: condition };
            const name = random.pick(['skip', 'include']);
            return {
              ...part,
              directives: [
                {
                  kind: Kind.DIRECTIVE,
                  name: { kind: Kind.NAME, value: name },
                  arguments: [{ kind: Kind.ARGUMENT, name: { kind: Kind.NAME, value: 'if' }, value }],
                },
              ],
            };
          });
          if (random.chance(0.1)) parts.push(parts[random.below(parts.length)] as FieldNode);
          if (random.chance(0.12)) {
            const cut = random.below(parts.length);
            const inner = { kind: Kind.SELECTION_SET, selections: parts.splice(cut) } as const;
            const typeCondition = { kind: Kind.NAMED_TYPE, name: { kind: Kind.NAME, value: type.name } } as const;
            if (random.chance(0.5)) parts.push({ kind: Kind.INLINE_FRAGMENT, typeCondition, selectionSet: inner });
            else {
              const name = { kind: Kind.NAME, value: `F${fragments.length}` } as const;
              fragments.push({ kind: Kind.FRAGMENT_DEFINITION, name, typeCondition, selectionSet: inner });
              parts.push({ kind: Kind.FRAGMENT_SPREAD, name });
            }
          }
          return { ...node, selections: parts };
        },
      },
    }),
  );
  const body = [...varied.definitions, ...fragments].map((definition) => print(definition)).join('\n');
  return { query: `query Varied${declared.length === 0 ? '' : `(${declared.join(', ')})`} ${body}`, variables };
};
