import { getNullableType, GraphQLError, isInputObjectType, isListType, Kind, typeFromAST, visit } from 'graphql';
import type { DocumentNode, GraphQLInputType, GraphQLSchema, OperationDefinitionNode } from 'graphql';
import { shortened } from '../errors.js';
import { ExactNumber, expandedNumber, isDouble } from '../model/exact-json.js';

export type Variables = Record<string, unknown>;

interface ReadVariables {
  readonly variables: Variables;
  /** What is wrong with them. */
  readonly errors?: readonly GraphQLError[];
}

/**
 * Variables as graphql-js can take them: numbers that no double holds as the text of an ID, or rounded where a Float has the same
 * digits; scalars of the gateway take them as they are. What would become another value is refused, and so is half of a character.
 */
export const readVariables = (schema: GraphQLSchema, operation: OperationDefinitionNode, given: Variables | undefined): ReadVariables => {
  if (!given || !isPeculiar(given)) return { variables: given ?? {} };
  const errors: GraphQLError[] = [];
  const variables = { ...given };
  for (const definition of operation.variableDefinitions ?? []) {
    const { value: name } = definition.variable.name;
    const type = typeFromAST(schema, definition.type) as GraphQLInputType | undefined;
    if (!type || !Object.hasOwn(given, name)) continue;
    const refuse: Refuse = (path, shown, why) => {
      const at = path === '' ? '' : ` at "${name}${path}"`;
      if (errors.length < MAX_ERRORS)
        errors.push(new GraphQLError(`Variable "$${name}" got invalid value ${shortened(shown)}${at}; ${why}`, { nodes: definition }));
    };
    variables[name] = read(type, given[name], '', refuse);
  }
  return errors.length === 0 ? { variables } : { variables, errors };
};

/** Most errors that are said of the variables of a request, as by graphql-js. */
const MAX_ERRORS = 50;

/** An unpaired surrogate. */
const HALF = /\p{Surrogate}/u;

type Refuse = (path: string, shown: string, why: string) => void;

/** Whether a value holds an exact number, or an unpaired surrogate. */
const isPeculiar = (value: unknown): boolean => someLeaf(value, (leaf) => leaf instanceof ExactNumber || isHalf(leaf));

const isHalf = (value: unknown): boolean => typeof value === 'string' && HALF.test(value);

/** Whether a text, a name or a number in a value, at any depth, passes. */
const someLeaf = (value: unknown, test: (leaf: unknown) => boolean): boolean => {
  const left = [value];
  for (let next; left.length > 0;) {
    next = left.pop();
    if (test(next)) return true;
    if (typeof next !== 'object' || next === null || next instanceof ExactNumber) continue;
    if (!Array.isArray(next) && Object.keys(next).some(test)) return true;
    for (const item of Object.values(next)) if (typeof item === 'object' || typeof item === 'string') left.push(item);
  }
  return false;
};

const read = (nullable: GraphQLInputType, value: unknown, path: string, refuse: Refuse): unknown => {
  const type = getNullableType(nullable);
  if (value instanceof ExactNumber) {
    return isListType(type) ? read(type.ofType, value, path, refuse) : readNumber(type.name, value, path, refuse);
  }
  if (typeof value === 'string') {
    if (HALF.test(value)) refuse(path, JSON.stringify(value.slice(0, 100)), NO_TEXT);
    return value;
  }
  if (isListType(type) && Array.isArray(value)) return value.map((item, index) => read(type.ofType, item, `${path}[${index}]`, refuse));
  if (isInputObjectType(type) && typeof value === 'object' && value !== null) {
    const fields = type.getFields();
    const readField = (name: string, item: unknown) => (fields[name] ? read(fields[name].type, item, `${path}.${name}`, refuse) : item);
    return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, readField(name, item)]));
  }
  // A JSON value has numbers of all kinds, and only texts to look at.
  if (someLeaf(value, isHalf)) refuse(path, 'a JSON value', NO_TEXT);
  return value;
};

const NO_TEXT = 'a text holds half of a character (a surrogate without the other).';

const readNumber = (type: string, value: ExactNumber, path: string, refuse: Refuse): unknown => {
  const { text } = value;
  switch (type) {
    case 'ID': {
      const whole = expandedNumber(value);
      if (/^-?\d+$/.test(whole)) return whole;
      refuse(path, text, 'ID must be a string or an integer.');
      return null;
    }
    case 'Int':
      refuse(path, text, 'Int must be an integer from -2147483648 to 2147483647.');
      return null;
    case 'Float':
      if (isDouble(text)) return Number(text);
      refuse(path, text, floatFault(text));
      return null;
    default:
      return value;
  }
};

/** Why a number is not a valid Float. */
export const floatFault = (text: string): string =>
  Number.isFinite(Number(text))
    ? `a Float has fewer digits and would become ${Number(text)}. Send it so.`
    : `Float must be from -1.7976931348623157e308 to 1.7976931348623157e308, but got ${shortened(text)}.`;

/** An operation with variables renamed that clash with properties of every JavaScript object. */
export interface Named {
  readonly document: DocumentNode;
  /** The names that were changed, and what they are now. */
  readonly names: ReadonlyMap<string, string>;
}

/** graphql-js keeps variables in an object that has some of its own: `__proto__`, `constructor`. */
export const withSafeNames = (document: DocumentNode): Named => {
  const operations = document.definitions.filter((definition) => definition.kind === Kind.OPERATION_DEFINITION);
  const all = new Set(operations.flatMap(({ variableDefinitions = [] }) => variableDefinitions.map(({ variable }) => variable.name.value)));
  const names = new Map<string, string>();
  for (const name of all) {
    if (!(name in Object.prototype)) continue;
    let safe = `${name}_`;
    while (all.has(safe)) safe += '_';
    names.set(name, safe);
  }
  if (names.size === 0) return { document, names };
  const safe = (name: string): string => names.get(name) ?? name;
  return { document: visit(document, { Variable: (node) => ({ ...node, name: { ...node.name, value: safe(node.name.value) } }) }), names };
};

/** Variables by their safe names. */
export const renamed = ({ names }: Named, given: Variables | undefined): Variables | undefined =>
  names.size === 0 || !given ? given : Object.fromEntries(Object.entries(given).map(([name, value]) => [names.get(name) ?? name, value]));
