import { expect } from 'vitest';
import { startTestGateway, type Answer, type TestGateway } from '../support/gateway.js';
import { subscribe, type Subscribed } from '../support/subscribed.js';
import { bearer, logIn } from '../support/tokens.js';

const USERS = ['hale', 'okafor', 'moreau', 'whitcomb', 'dasilva', 'lindqvist'];

/** A gateway with the rules of ODRAS, and users of the demonstration who are logged in; `nobody` is not. */
export interface Callers {
  readonly gateway: TestGateway;
  /** The answer to a user. */
  as(user: string, query: string): Promise<Answer>;
  /** The data, without an error. */
  data(user: string, query: string): Promise<Answer>;
  /** The codes of the errors. */
  codes(user: string, query: string): Promise<unknown[]>;
  /** A user's subscription. */
  subscribe(user: string, query: string): Promise<Subscribed>;
  close(): Promise<void>;
}

/** @param feed whether there is a change feed */
export const openCallers = async (feed = false): Promise<Callers> => {
  const gateway = await startTestGateway({ settings: { AUTH: 'token,anonymous' }, access: true, feed });
  const tokens = new Map<string, string>();
  for (const user of USERS) tokens.set(user, await logIn(gateway, user));
  const headersOf = (user: string) => (user === 'nobody' ? {} : bearer(tokens.get(user)!));
  const as = async (user: string, query: string): Promise<Answer> => gateway.send<Answer>(query, {}, headersOf(user));
  return {
    gateway,
    as,
    data: async (user, query) => {
      const { data, errors } = await as(user, query);
      expect(errors).toBeUndefined();
      return data;
    },
    codes: async (user, query) => ((await as(user, query)).errors ?? []).map(({ extensions }: Answer) => extensions.code),
    subscribe: (user, query) => subscribe(gateway.url, query, {}, headersOf(user)),
    close: () => gateway.close(),
  };
};
