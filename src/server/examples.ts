import {
  getNamedType,
  getNullableType,
  isLeafType,
  isListType,
  isObjectType,
  isRequiredArgument,
  Kind,
  parse,
  TokenKind,
  validate,
  type GraphQLField,
  type GraphQLObjectType,
  type GraphQLSchema,
} from 'graphql';
import { readFileSync } from 'node:fs';
import { EXPLAIN_HEADER } from './explain.js';
import type { GraphiQLOptions } from './graphiql.js';
import { ROOT } from '../root.js';

type Tab = GraphiQLOptions['tabs'][number];

const VARIABLES: Readonly<Record<string, object>> = {
  Trace: { text: 'how far can it fly' },
  Component: { name: 'battery' },
  Ask: { text: 'what happens when the radio link is lost' },
};

/** Operation of examples.graphql that asks so. */
const EXPLAINED = 'Explain';

/** Most fields that the query made from a schema selects of one type. */
const MAX_FIELDS = 6;

interface ExampleOptions {
  readonly schema: GraphQLSchema;
  /** Whether a request may ask which statements answered it. */
  readonly explain: boolean;
}

/**
 * The queries that GraphiQL opens with: the operations of examples.graphql that the schema knows all fields of, each with the comment
 * above it; for a schema that does not know all, one made from its first list.
 */
export const readExamples = ({ schema, explain }: ExampleOptions): Tab[] => {
  const text = readFileSync(new URL('src/server/examples.graphql', ROOT), 'utf8');
  let isWhole = true;
  const tabs = parse(text).definitions.flatMap((definition): Tab[] => {
    if (definition.kind !== Kind.OPERATION_DEFINITION || !definition.loc) return [];
    const name = definition.name?.value ?? '';
    // Without a root of its operation nothing is validated.
    const isKnown = Boolean(schema.getRootType(definition.operation));
    if (!isKnown || validate(schema, { kind: Kind.DOCUMENT, definitions: [definition] }).length > 0) {
      isWhole = false;
      return [];
    }
    if (name === EXPLAINED && !explain) return [];
    const before = definition.loc.startToken.prev;
    return [
      {
        ...(before?.kind === TokenKind.COMMENT ? { name: before.value.trim() } : {}),
        query: text.slice(definition.loc.start, definition.loc.end),
        ...(VARIABLES[name] ? { variables: pretty(VARIABLES[name]) } : {}),
        ...(name === EXPLAINED ? { headers: pretty({ [EXPLAIN_HEADER]: 'true' }) } : {}),
      },
    ];
  });
  const first = isWhole ? undefined : firstList(schema);
  return first === undefined ? tabs : [{ name: 'The first list of this schema', query: first }, ...tabs];
};

const pretty = (value: object): string => JSON.stringify(value, null, 2);

/** A query of the first root that gives a list: some of its own fields, and some of what the first other type that it leads to has. */
const firstList = (schema: GraphQLSchema): string | undefined => {
  const root = fieldsOf(schema.getQueryType() ?? undefined).find(
    (field) => isListType(getNullableType(field.type)) && isObjectType(getNamedType(field.type)) && takesLimit(field),
  );
  if (!root) return undefined;
  const type = getNamedType(root.type) as GraphQLObjectType;
  const next = fieldsOf(type).find(
    (field) => isObjectType(getNamedType(field.type)) && plainFields(field).length > 0 && getNamedType(field.type) !== type,
  );
  const below = next ? [`    ${next.name}${takesLimit(next) ? '(limit: 3)' : ''} { ${plainFields(next).slice(0, 3).join(' ')} }`] : [];
  return [
    `query First {`,
    `  ${root.name}(limit: 5) {`,
    `    ${['__typename', ...plainFields(root)].slice(0, MAX_FIELDS).join(' ')}`,
    ...below,
    `  }`,
    `}`,
  ].join('\n');
};

const takesLimit = ({ args }: GraphQLField<unknown, unknown>): boolean => args.some(({ name }) => name === 'limit');

/** Fields that can be selected without arguments. */
const fieldsOf = (type: GraphQLObjectType | undefined): GraphQLField<unknown, unknown>[] =>
  Object.values(type?.getFields() ?? {}).filter(({ args }) => !args.some(isRequiredArgument));

/** Names of the values of what a field leads to. */
const plainFields = (field: GraphQLField<unknown, unknown>): string[] =>
  fieldsOf(getNamedType(field.type) as GraphQLObjectType)
    .filter(({ type }) => isLeafType(getNamedType(type)))
    .map(({ name }) => name);
