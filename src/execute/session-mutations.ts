import { GatewayError } from '../errors.js';
import type { RequestContext } from './context.js';

/** The mutations of sessions, by name. */
export const SESSION_MUTATIONS = {
  endSession: async ({ id }: { readonly id: string }, { engine, caller: { identity } }: RequestContext): Promise<boolean> =>
    identity.kind === 'user' && engine.authenticator.endSession(identity.id!, id),

  endSessions: async ({ userId }: { readonly userId: string }, { engine, caller }: RequestContext): Promise<number> => {
    if (!caller.identity.isAdmin) throw new GatewayError('FORBIDDEN', { right: 'end the sessions of', type: 'user' });
    return engine.authenticator.endSessions(userId);
  },
};
