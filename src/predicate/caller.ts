/** Who sends a request, as far as it is known. */
export interface Identity {
  readonly kind: 'user' | 'service' | 'anonymous';
  /** Key of the user, or name of the service; null for anonymous. */
  readonly id: string | null;
  /** Name that people know: the user's name, or that of the service. */
  readonly name: string | null;
  readonly isAdmin: boolean;
  /** Tenant that the identity belongs to; null for anonymous and for services. */
  readonly tenant: string | null;
  readonly roles: readonly string[];
  /** What a token says beyond that: the claims of a JWT. */
  readonly claims: Readonly<Record<string, unknown>>;
  /** Session of a user's token. */
  readonly session?: string;
}

/** Nobody in particular. */
export const NOBODY: Identity = { kind: 'anonymous', id: null, name: null, isAdmin: false, tenant: null, roles: [], claims: {} };

/** The sender of a request, as access rules see it. */
export interface Caller {
  readonly identity: Identity;
  /** Session variables: values that rules compare columns with. */
  readonly variables: Readonly<Record<string, unknown>>;
}

/** The caller with no session variables but those of its identity. */
export const callerOf = (identity: Identity): Caller => {
  const { id, name, isAdmin, tenant, roles } = identity;
  return { identity, variables: { id, name, isAdmin, tenant, roles } };
};

export const ANONYMOUS: Caller = callerOf(NOBODY);
