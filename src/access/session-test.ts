import { Kind, valueFromASTUntyped, type ASTNode, type ValueNode } from 'graphql';
import type { Caller } from '../predicate/caller.js';
import { IDENTITY_VARIABLES, sessionValue } from './session-value.js';

/** A condition on session variables, and its text, which tells it from others. */
export interface SessionTest {
  readonly text: string;
  readonly holds: (caller: Caller) => boolean;
}

type Tell = (node: ASTNode, message: string) => void;

const OPERATORS: Readonly<Record<string, (value: unknown, operand: unknown) => boolean>> = {
  eq: (value, operand) => (value ?? null) === operand,
  in: (value, operand) => Array.isArray(operand) && operand.includes(value),
  includes: (value, operand) => Array.isArray(value) && value.includes(operand),
};

/** Parses `{isAdmin: {eq: true}}`; what is wrong is told, and then it holds for nobody. */
export const parseSessionTest = (node: ValueNode, tell: Tell): SessionTest => {
  const holds = testOf(node, tell);
  return { text: JSON.stringify(valueFromASTUntyped(node)), holds };
};

const NEVER = (): boolean => false;

const testOf = (node: ValueNode, tell: Tell): SessionTest['holds'] => {
  const refuse = (at: ASTNode, message: string) => (tell(at, message), NEVER);
  if (node.kind !== Kind.OBJECT) return refuse(node, 'expected a condition on session variables, such as {isAdmin: {eq: true}}');
  const tests = node.fields.map(({ name: { value: name }, value }) => {
    const parts = () => (value.kind === Kind.LIST ? value.values : [value]).map((part) => testOf(part, tell));
    switch (name) {
      case 'AND':
      case 'OR': {
        const all = parts();
        return (caller: Caller) => (name === 'AND' ? all.every((test) => test(caller)) : all.some((test) => test(caller)));
      }
      case 'NOT': {
        const test = testOf(value, tell);
        return (caller: Caller) => !test(caller);
      }
      case 'claims':
        return value.kind === Kind.OBJECT
          ? every(value.fields.map((field) => comparisonOf(`claims.${field.name.value}`, field.value, refuse)))
          : refuse(value, 'expected conditions on claims, such as {department: {eq: "safety"}}');
      default:
        return IDENTITY_VARIABLES.includes(name)
          ? comparisonOf(name, value, refuse)
          : refuse(value, `${name} is no session variable with one value: expected ${IDENTITY_VARIABLES.join(', ')} or claims`);
    }
  });
  return every(tests);
};

const every =
  (tests: readonly SessionTest['holds'][]): SessionTest['holds'] =>
  (caller) =>
    tests.every((test) => test(caller));

const comparisonOf = (name: string, node: ValueNode, refuse: (node: ASTNode, message: string) => SessionTest['holds']) => {
  if (node.kind !== Kind.OBJECT || node.fields.length === 0) return refuse(node, `expected an operator for ${name}, such as {eq: ...}`);
  return every(
    node.fields.map((field) => {
      const operator = OPERATORS[field.name.value];
      if (!operator) return refuse(field, `${field.name.value} is no operator of session variables: expected eq, in or includes`);
      const operand = valueFromASTUntyped(field.value);
      return (caller) => operator(sessionValue(caller, name), operand);
    }),
  );
};
