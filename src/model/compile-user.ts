import type { GraphQLNamedType } from 'graphql';
import { hasDirective } from './directives.js';
import type { EntityType } from './types.js';

/** The type whose rows are the users of the gateway: the one with @user, if there is one. */
export const userTypeOf = (
  named: readonly GraphQLNamedType[],
  types: ReadonlyMap<string, EntityType>,
  tell: (type: GraphQLNamedType, message: string) => void,
): string | undefined => {
  const [first, ...more] = named.filter(({ astNode }) => hasDirective(astNode, 'user'));
  if (!first) return undefined;
  for (const type of more) tell(type, `@user on ${type.name}: ${first.name} has it too, but only one type holds the users`);
  const type = types.get(first.name);
  if (!type || (type.home === 'table' && type.table.key.length !== 1))
    return void tell(first, `@user on ${first.name} needs a type with @table or @node, and a key of one column`);
  return first.name;
};
