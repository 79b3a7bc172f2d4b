import type { Identity } from '../predicate/caller.js';
import { NOBODY } from '../predicate/caller.js';
import { toGatewayError } from '../stores/failures.js';
import type { RelationalStore } from '../stores/types.js';
import { unauthenticated } from './credentials.js';

/** Header by which a visitor of the demonstration becomes one of its users. */
export const DEMO_HEADER = 'x-demo-user';

/** Value of the header, and of DEMO_USER, that stands for nobody. */
export const DEMO_NOBODY = 'nobody';

export interface DemoUser {
  readonly username: string;
  /** "Margaret Hale, administrator". */
  readonly title: string;
}

/** Most users that a visitor can choose from. */
const MAX_USERS = 50;

/** The users of the demonstration, administrators first. */
export const readDemoUsers = async (relational: Pick<RelationalStore, 'read'>): Promise<DemoUser[]> => {
  const rows = await relational.read({
    text:
      'SELECT username, display_name, COALESCE(is_admin, false), COALESCE(is_active, false) FROM users ' +
      'ORDER BY is_admin DESC NULLS LAST, created_at, username LIMIT $1',
    values: [MAX_USERS],
  });
  return rows.map(([username, name, isAdmin, isActive]) => ({
    username: username!,
    title: `${name}${isAdmin === 't' ? ', administrator' : ''}${isActive === 't' ? '' : ', inactive'}`,
  }));
};

/**
 * The user of the demonstration with this name.
 *
 * @throws GatewayError UNAUTHENTICATED where there is none, or an inactive one
 */
export const findDemoUser = async (relational: Pick<RelationalStore, 'read'>, username: string): Promise<Identity> => {
  if (username === DEMO_NOBODY) return NOBODY;
  const rows = await relational
    .read({ text: 'SELECT user_id, username, is_admin, tenant_id FROM users WHERE username = $1 AND is_active', values: [username] })
    .catch((error: unknown) => Promise.reject(toGatewayError('relational', error)));
  const [id, name, isAdmin, tenant] = rows[0] ?? [];
  if (id === undefined)
    throw unauthenticated('the demonstration has no active user of that name', 'Choose another in GraphiQL; operator: or by DEMO_USER');
  return { kind: 'user', id, name: name ?? null, isAdmin: isAdmin === 't', tenant: tenant ?? null, roles: [], claims: {} };
};
