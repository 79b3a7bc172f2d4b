import {
  Kind,
  TypeInfo,
  ValidationContext,
  valueFromAST,
  ValuesOfCorrectTypeRule,
  visit,
  visitWithTypeInfo,
  type ASTNode,
  type DocumentNode,
  type GraphQLInputObjectType,
  type GraphQLSchema,
  type ValueNode,
} from 'graphql';
import { GatewayError } from '../errors.js';
import type { WrittenRule } from '../model/rules.js';
import type { ColumnField } from '../model/fields.js';
import { tableType, type CollectionType, type EntityType, type Model } from '../model/types.js';
import { asksRows, changeInner, needsOthers } from '../predicate/analyse.js';
import { parseWhere } from '../predicate/parse.js';
import { compare, type Predicate } from '../predicate/types.js';
import { parseSessionTest, type SessionTest } from './session-test.js';
import { IDENTITY_VARIABLES, SessionValue } from './session-value.js';

/** The condition of a rule: on the row or node, on session variables, or made of such. */
export type Condition =
  | { readonly kind: 'and' | 'or'; readonly of: readonly Condition[] }
  | { readonly kind: 'not'; readonly of: Condition }
  | { readonly kind: 'node'; readonly of: Predicate }
  | { readonly kind: 'jwt'; readonly test: SessionTest };

/** A rule with its condition parsed. */
export interface Rule extends WrittenRule {
  readonly condition: Condition;
}

/** What conditions are parsed with. */
export interface Parsing {
  readonly model: Model;
  /** The executable schema, whose input types say what a condition may be. */
  readonly schema: GraphQLSchema;
  /** Names of the sets that the schema declares. */
  readonly sets: ReadonlySet<string>;
  readonly tell: (node: ASTNode, message: string) => void;
}

const NOBODY: Condition = { kind: 'or', of: [] };

/** Parses `{node: {...}, jwt: {...}, AND, OR, NOT}`; what is wrong is told. */
export const parseCondition = (parsing: Parsing, type: EntityType | CollectionType, where: ValueNode | undefined): Condition => {
  if (where === undefined) return { kind: 'and', of: [] };
  const refuse = (message: string) => (parsing.tell(where, message), NOBODY);
  if (where.kind !== Kind.OBJECT) return refuse('expected a condition, such as {node: {...}} or {jwt: {...}}');
  const parts = where.fields.map(({ name, value }): Condition => {
    switch (name.value) {
      case 'node':
        return { kind: 'node', of: parseNode(parsing, type, value) };
      case 'jwt':
        return { kind: 'jwt', test: parseSessionTest(value, parsing.tell) };
      case 'NOT':
        return { kind: 'not', of: parseCondition(parsing, type, value) };
      case 'AND':
      case 'OR': {
        const of = (value.kind === Kind.LIST ? value.values : [value]).map((part) => parseCondition(parsing, type, part));
        return { kind: name.value === 'AND' ? 'and' : 'or', of };
      }
      default:
        return refuse(`expected node, jwt, AND, OR or NOT, but got ${name.value}`);
    }
  });
  return { kind: 'and', of: parts };
};

const NO_DOCUMENT: DocumentNode = { kind: Kind.DOCUMENT, definitions: [] };

/** Parses a condition on rows or nodes, as in a `where`, with "$jwt.name" for values of the caller. */
export const parseNode = ({ model, schema, sets, tell }: Parsing, type: EntityType | CollectionType, where: ValueNode): Predicate => {
  const none: Predicate = { kind: 'false' };
  if (type.home === 'collection') {
    tell(where, `${type.name} has neither rows nor nodes: a rule can only ask for session variables (jwt)`);
    return none;
  }
  const input = schema.getType(`${type.name}Where`) as GraphQLInputObjectType;
  const values: Record<string, SessionValue> = {};
  let isSound = true;
  const refuse = (node: ASTNode, message: string): void => {
    isSound = false;
    tell(node, message);
  };
  const written: ValueNode = visit(where, {
    StringValue: (node) => {
      const [, name] = /^\$jwt\.(.+)$/.exec(node.value) ?? [];
      if (name === undefined) return undefined;
      if (!IDENTITY_VARIABLES.includes(name) && !sets.has(name) && !/^claims\.\w+$/.test(name))
        refuse(node, `$jwt.${name} is no session variable: declare it with @sessionVariable, or use ${IDENTITY_VARIABLES.join(', ')}`);
      const variable = `v${Object.keys(values).length}`;
      values[variable] = new SessionValue(name);
      return { kind: Kind.VARIABLE, name: { kind: Kind.NAME, value: variable } };
    },
  });
  const info = new TypeInfo(schema, input);
  const context = new ValidationContext(schema, NO_DOCUMENT, info, (error) => refuse(error.nodes?.[0] ?? where, error.message));
  visit(written, visitWithTypeInfo(info, ValuesOfCorrectTypeRule(context)));
  if (!isSound) return none;
  try {
    const parsed = parseWhere(model, { type, onEdge: false }, valueFromAST(written, input, values), type.plural);
    if (type.home === 'table' ? needsOthers(parsed) : asksRows(parsed)) {
      tell(where, `a rule of ${type.name} can only ask its home store: another one cannot be asked in the same statement`);
      return none;
    }
    return ofOwnColumns(model, amongValues(parsed));
  } catch (error) {
    if (!(error instanceof GatewayError)) throw error;
    tell(where, error.message);
    return none;
  }
};

/** A value of the caller is looked for among one: whether it is a UUID, say, is not known when a statement is written. */
const amongValues = (predicate: Predicate): Predicate =>
  predicate.kind === 'compare' && predicate.operator === 'eq' && predicate.value instanceof SessionValue
    ? compare({ ...predicate, operator: 'in', value: [predicate.value] })
    : changeInner(predicate, amongValues);

/**
 * `{project: {id: {in: "$jwt.projects"}}}` asks for the referring column, not for the row that it refers to: faster, and the vector
 * store can answer it from a payload. One column of several says nothing of the row.
 */
const ofOwnColumns = (model: Model, predicate: Predicate): Predicate => {
  if (predicate.kind === 'related' && predicate.quantifier === 'one' && predicate.by.kind === 'join' && !predicate.by.also) {
    const { by, of } = predicate;
    const field = of.kind === 'compare' && of.field.kind === 'column' ? of.field : undefined;
    const isOwn = field?.column.name === by.to.name && of.kind === 'compare' && ['eq', 'in'].includes(of.operator) && !of.ignoreCase;
    if (isOwn && of.value !== null && tableType(model, by.target).table.key.length === 1) {
      const own: ColumnField = { ...field, name: by.name, column: by.from };
      return { ...of, field: own };
    }
  }
  return changeInner(predicate, (part) => ofOwnColumns(model, part));
};
