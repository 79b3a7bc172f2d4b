import { Deferred } from '../predicate/deferred.js';
import type { Caller } from '../predicate/caller.js';

/** Session variables that every caller has; claims of a token are `claims.name`. */
export const IDENTITY_VARIABLES: readonly string[] = ['id', 'name', 'isAdmin', 'tenant', 'roles'];

/** The value of a session variable; undefined without one. */
export const sessionValue = ({ identity, variables }: Caller, name: string): unknown =>
  name.startsWith('claims.') ? identity.claims[name.slice('claims.'.length)] : variables[name];

/** A value in a rule that is the caller's: "$jwt.name". */
export class SessionValue extends Deferred {
  constructor(readonly variable: string) {
    super(({ caller }) => sessionValue(caller, variable));
  }
}
