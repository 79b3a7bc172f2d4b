import { getNullableType, GraphQLError, isInputObjectType, isListType, Kind, typeFromAST, visit, type DocumentNode, type GraphQLInputType, type GraphQLSchema, type OperationDefinitionNode, type VariableDefinitionNode } from 'graphql';
import { ExactNumber, expandedNumber, isDouble } from '../plan/exact-json.js';

export type Variables = Record<string, unknown>;

/**
 * Variables as graphql-js can take them: numbers that no double holds as the text of an ID, or rounded where a Float has the same
 * digits; scalars of the gateway take them as they are. What would become another value is refused, and so is half of a character.
 */
export const readVariables = (schema: GraphQLSchema, { variableDefinitions = [] }: OperationDefinitionNode, given: Variables | undefined): { readonly variables: Variables; readonly errors?: readonly GraphQLError[] } => {
  if (!given || !isPeculiar(given)) return { variables: given ?? {} };
  const errors: GraphQLError[] = [];
  const variables = { ...given };
  for (const definition of variableDefinitions) {
    const { value: name } = definition.variable.name;
    const type = typeFromAST(schema, definition.type) as GraphQLInputType | undefined;
    if (!type || !Object.hasOwn(given, name)) continue;
    const refuse: Refuse = (path, shown, why) => void errors.push(new GraphQLError(`Variable "$${name}" got invalid value ${cut(shown)}${path === '' ? '' : ` at "${name}${path}"`}; ${why}`, { nodes: definition }));
    variables[name] = read(type, given[name], '', refuse);
  }
  return errors.length === 0 ? { variables } : { variables, errors };
};

/** A surrogate without the other. */
const HALF = /\p{Surrogate}/u;

type Refuse = (path: string, shown: string, why: string) => void;

/** Whether a value holds an exact number, or a text that is none. */
const isPeculiar = (value: unknown): boolean => {
  if (typeof value === 'string') return HALF.test(value);
  if (typeof value !== 'object' || value === null) return false;
  if (value instanceof ExactNumber) return true;
  if (Array.isArray(value)) return value.some(isPeculiar);
  return Object.entries(value).some(([name, item]) => HALF.test(name) || isPeculiar(item));
};

const read = (nullable: GraphQLInputType, value: unknown, path: string, refuse: Refuse): unknown => {
  const type = getNullableType(nullable);
  if (value instanceof ExactNumber) return isListType(type) ? read(type.ofType as GraphQLInputType, value, path, refuse) : readNumber(type.name, value, path, refuse);
  if (typeof value === 'string') {
    if (HALF.test(value)) refuse(path, JSON.stringify(value.slice(0, 100)), NO_TEXT);
    return value;
  }
  if (isListType(type) && Array.isArray(value)) return value.map((item, index) => read(type.ofType as GraphQLInputType, item, `${path}[${index}]`, refuse));
  if (isInputObjectType(type) && typeof value === 'object' && value !== null) {
    const fields = type.getFields();
    return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, fields[name] ? read(fields[name].type, item, `${path}.${name}`, refuse) : item]));
  }
  // A JSON value has numbers of all kinds, and only texts to look at.
  if (!isOfTexts(value)) refuse(path, 'a JSON value', NO_TEXT);
  return value;
};

const NO_TEXT = 'a text holds half of a character (a surrogate without the other).';

const isOfTexts = (value: unknown): boolean => {
  if (typeof value === 'string') return !HALF.test(value);
  if (typeof value !== 'object' || value === null) return true;
  return Object.entries(value).every(([name, item]) => !HALF.test(name) && isOfTexts(item));
};

const readNumber = (type: string, value: ExactNumber, path: string, refuse: Refuse): unknown => {
  const { text } = value;
  switch (type) {
    case 'ID': {
      const whole = expandedNumber(value);
      if (/^-?\d+$/.test(whole)) return whole;
      refuse(path, text, 'ID must be a text or a whole number.');
      return null;
    }
    case 'Int':
      refuse(path, text, 'Int must be a whole number from -2147483648 to 2147483647.');
      return null;
    case 'Float':
      if (isDouble(text)) return Number(text);
      refuse(path, text, floatFault(text));
      return null;
    default:
      return value;
  }
};

/** Of a number of a million digits it is enough to see the first. */
const cut = (text: string): string => (text.length > 100 ? `${text.slice(0, 100)}...` : text);

/** Why a number is no Float. */
export const floatFault = (text: string): string =>
  Number.isFinite(Number(text)) ? `a Float has fewer digits and would become ${Number(text)}. Send it so.` : `Float must be from -1.7976931348623157e308 to 1.7976931348623157e308, but got ${cut(text)}.`;

/** An operation whose variables have names that JavaScript's objects have not. */
export interface Named {
  readonly document: DocumentNode;
  /** The names that were changed, and what they are now. */
  readonly names: ReadonlyMap<string, string>;
}

/** graphql-js keeps variables in an object that has some of its own: `__proto__`, `constructor`. */
export const withSafeNames = (document: DocumentNode): Named => {
  const declared = document.definitions.flatMap((definition) => (definition.kind === Kind.OPERATION_DEFINITION ? (definition.variableDefinitions ?? []) : []));
  const all = new Set(declared.map(nameOf));
  const names = new Map<string, string>();
  for (const name of all) {
    if (!(name in Object.prototype)) continue;
    let safe = `${name}_`;
    while (all.has(safe)) safe += '_';
    names.set(name, safe);
  }
  if (names.size === 0) return { document, names };
  const renamed = visit(document, { Variable: (node) => ({ ...node, name: { ...node.name, value: names.get(node.name.value) ?? node.name.value } }) });
  return { document: renamed, names };
};

const nameOf = ({ variable }: VariableDefinitionNode): string => variable.name.value;

export const renamed = ({ names }: Named, variables: Variables | undefined): Variables | undefined =>
  names.size === 0 || !variables ? variables : Object.fromEntries(Object.entries(variables).map(([name, value]) => [names.get(name) ?? name, value]));
