import type { Caller, Identity } from '../predicate/caller.js';
import { getNamedType, type GraphQLObjectType } from 'graphql';
import type { SelectedField } from '../query/selection.js';
import type { FieldSource } from './types.js';
import { rootType, valueOf, type Valuing } from './value.js';

/** `me`: who sends the request. */
export const meField = (valuing: Valuing, selected: SelectedField): FieldSource => {
  const type = rootType(valuing, 'me');
  const user = (getNamedType(type) as GraphQLObjectType).getFields()['user'];
  const userType = user && getNamedType(user.type).name;
  return {
    name: 'Query.me',
    store: 'relational',
    isKeyed: false,
    ask: (_, { caller }) => Promise.resolve([describe(caller, userType)]),
    value: valueOf(valuing, type, selected, 'field'),
    leads: valuing.leads,
  };
};

const describe = ({ identity }: Caller, userType: string | undefined) => {
  const { kind, id, name, isAdmin, tenant, roles } = identity;
  return { kind: kind.toUpperCase(), id, name, isAdmin, tenant, roles, user: kind === 'user' ? { type: userType, key: id } : null };
};

/** `mySessions`: the caller's tokens that are in use. */
export const sessionsField = (valuing: Valuing, selected: SelectedField): FieldSource => ({
  name: 'Query.mySessions',
  store: 'keyvalue',
  isKeyed: false,
  ask: async ({ engine }, { caller }) => [
    (await engine.authenticator.sessionsOf(caller.identity)).map(({ id, createdAt, seenAt, expiresAt, userAgent }) => ({
      id,
      createdAt: momentOf(createdAt),
      seenAt: momentOf(seenAt),
      expiresAt: momentOf(expiresAt),
      userAgent: userAgent ?? null,
      isCurrent: isCurrent(caller.identity, id),
    })),
  ],
  value: valueOf(valuing, rootType(valuing, 'mySessions'), selected, 'field'),
  leads: valuing.leads,
});

const isCurrent = ({ session }: Identity, id: string): boolean => session === id;

const momentOf = (milliseconds: number | undefined): string | null =>
  milliseconds === undefined ? null : new Date(milliseconds).toISOString();
