import { expect, it } from 'vitest';
import { GatewayError } from '../../src/errors.js';
import { isLasting } from '../../src/stores/failures.js';

const failed = (code: string) => Object.assign(new Error(code), { code });

it.each([
  ['a connection that was lost', 'relational', failed('ECONNRESET')],
  ['the statement timeout of PostgreSQL', 'relational', failed('57014')],
  ['the transaction timeout of Neo4j', 'graph', failed('Neo.ClientError.Transaction.TransactionTimedOut')],
  ['a pool without a free connection', 'relational', new GatewayError('POOL_EXHAUSTED', { store: 'relational' })],
  ['a request that has ended', 'graph', new GatewayError('REQUEST_CANCELLED', {})],
] as const)('%s fails every call of the request alike: none is repeated', (_, store, error) => expect(isLasting(store, error)).toBe(true));

it.each([
  ['a value out of its range', 'relational', failed('22003')],
  ['a mistake in a statement', 'graph', failed('Neo.ClientError.Statement.SyntaxError')],
  ['a condition with too many keys', 'relational', new GatewayError('TOO_MANY_KEYS', { field: 'items', maximum: 1 })],
] as const)('%s fails its own part alone: the others are asked again', (_, store, error) => expect(isLasting(store, error)).toBe(false));
