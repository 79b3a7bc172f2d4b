import {
  getNullableType,
  GraphQLError,
  isEnumType,
  isInputObjectType,
  isLeafType,
  isListType,
  Kind,
  print,
  type ArgumentNode,
  type ASTNode,
  type DocumentNode,
  type GraphQLInputObjectType,
  type GraphQLSchema,
  type ObjectFieldNode,
  type StringValueNode,
} from 'graphql';
import { shortened } from '../errors.js';

/** How an input is said where something stands in its place: `{eq: CRITICAL}` for CRITICAL. */
const instead = (type: GraphQLInputObjectType, value: string, isList: boolean): string | undefined => {
  const fields = type.getFields();
  const takesList = (word: string): boolean => fields[word] !== undefined && isListType(getNullableType(fields[word].type));
  if (isList) {
    const word = ['in', 'eq', 'set'].find(takesList);
    return word && `{${word}: ${value}}`;
  }
  const word = ['includes', 'eq', 'set', 'push', 'text'].find(
    (each) => fields[each] !== undefined && isLeafType(getNullableType(fields[each].type)),
  );
  if (word !== undefined) return `{${word}: ${value}}`;
  const { some, id } = fields;
  const within = (some ?? id) && getNullableType((some ?? id)!.type);
  const inner = isInputObjectType(within) ? instead(within, value, false) : undefined;
  return inner && `{${some ? 'some' : 'id'}: ${inner}}`;
};

/** What to say in place of a value that is no input object, with the name that it stands under. */
const hint = (schema: GraphQLSchema, typeName: string, name: string | undefined, value: string, isList: boolean): string => {
  const type = schema.getType(typeName);
  const said = isInputObjectType(type) ? instead(type, value, isList) : undefined;
  if (said === undefined) return '';
  return ` Say ${name === undefined ? said : `{${name}: ${said}}`}.`;
};

/** A message of validation, with what to say instead where a bare value stands in the place of an input such as a filter. */
export const withHint = (schema: GraphQLSchema, document: DocumentNode, { message, nodes }: GraphQLError): string => {
  const found = /^Expected value of type "\[?(\w+)[\]!]*", found /.exec(message);
  if (found && nodes?.[0] && isInputObjectType(schema.getType(found[1]!))) {
    const value = shortened(print(nodes[0]));
    return `Expected value of type "${found[1]}", found ${value}.${hint(schema, found[1]!, nameOf(document, nodes[0]), spoken(value), nodes[0].kind === Kind.LIST)}`;
  }
  const quoted = /^Enum "(\w+)" cannot represent non-enum value: /.exec(message);
  if (quoted && nodes?.[0]?.kind === Kind.STRING) return withoutQuotes(schema, document, quoted[0], quoted[1]!, nodes[0]) ?? message;
  const used = /^Variable "\$(\w+)" of type "(.+)" used in position expecting type "(\w+)!?"\.$/.exec(message);
  if (used && nodes?.[1]) return `${message}${hint(schema, used[3]!, nameOf(document, nodes[1]), `$${used[1]}`, used[2]!.startsWith('['))}`;
  return message;
};

/** Where the text of an enum's value stands in its place, how it is said. */
const withoutQuotes = (
  schema: GraphQLSchema,
  document: DocumentNode,
  words: string,
  typeName: string,
  node: StringValueNode,
): string | undefined => {
  const type = schema.getType(typeName);
  if (!isEnumType(type) || !type.getValue(node.value)) return undefined;
  const holder = holderOf(document, node);
  const said = holder?.value.kind === Kind.LIST ? `[${node.value}]` : node.value;
  return `${words}${print(node)}. Leave the quotation marks away: ${holder ? `{${holder.name.value}: ${said}}` : said}.`;
};

/** A long value is said once only. */
const spoken = (value: string): string => (value.length > 50 ? '...' : value);

/** Errors of variables, with what to say instead. */
export const variableErrors = (schema: GraphQLSchema, errors: readonly GraphQLError[]): GraphQLError[] =>
  errors.map((error) => {
    const told = /^(Variable "\$\w+" got invalid value )([\s\S]*?)((?: at "[^"]*")?; )Expected type "(\w+)" to be an object\.$/.exec(
      error.message,
    );
    if (!told) return error;
    const [, before = '', given = '', at = '', type = ''] = told;
    const value = shortened(given);
    const path = /(\w+)(?:\[\d+\])*"; $/.exec(at)?.[1];
    const { nodes, extensions } = error;
    return new GraphQLError(
      `${before}${value}${at}Expected type "${type}" to be an object.${hint(schema, type, path, spoken(value), given.startsWith('['))}`,
      { nodes: nodes ?? null, extensions },
    );
  });

const nameOf = (document: DocumentNode, value: ASTNode): string | undefined => holderOf(document, value)?.name.value;

/** The argument or field of an object that a value stands under, alone or in a list. */
const holderOf = (node: ASTNode, value: ASTNode): ArgumentNode | ObjectFieldNode | undefined => {
  if (
    (node.kind === Kind.OBJECT_FIELD || node.kind === Kind.ARGUMENT) &&
    (node.value === value || (node.value.kind === Kind.LIST && node.value.values.includes(value as never)))
  )
    return node;
  for (const [key, child] of Object.entries(node)) {
    if (key === 'loc') continue;
    for (const each of Array.isArray(child) ? (child as unknown[]) : [child]) {
      const found = typeof each === 'object' && each !== null && 'kind' in each ? holderOf(each as ASTNode, value) : undefined;
      if (found !== undefined) return found;
    }
  }
  return undefined;
};
