import { Kind, type FieldNode, type ValueNode } from 'graphql';
import { GatewayError } from '../errors.js';

/** Name of the arguments and input fields that select the rows or nodes of a mutation. */
const NARROWING = 'where';

/**
 * Refuses a mutation whose `where` uses a variable without a value: graphql-js leaves such a condition out, as the
 * specification says (https://github.com/graphql/graphql-spec/issues/1044), so it would match every row. Null is a value.
 *
 * @param variables by name, after coercion
 * @throws GatewayError BAD_WHERE naming the variable
 */
export const refuseUnsetVariables = ({ name, arguments: args = [] }: FieldNode, variables: Readonly<Record<string, unknown>>): void => {
  const check = (value: ValueNode, narrows: boolean): void => {
    switch (value.kind) {
      case Kind.VARIABLE:
        if (narrows && !Object.hasOwn(variables, value.name.value)) throw unset(name.value, value.name.value);
        return;
      case Kind.LIST:
        for (const item of value.values) check(item, narrows);
        return;
      case Kind.OBJECT:
        for (const field of value.fields) check(field.value, narrows || field.name.value === NARROWING);
    }
  };
  for (const argument of args) check(argument.value, argument.name.value === NARROWING);
};

const unset = (field: string, variable: string) =>
  new GatewayError('BAD_WHERE', {
    field,
    detail: `the variable $${variable} has no value, so its condition would take every row. Send a value, or leave the condition out`,
  });
