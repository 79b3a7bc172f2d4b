import { afterAll } from 'vitest';
import { blocksContract } from '../contracts/blocks.js';
import { copiesContract } from '../contracts/copies.js';
import { crossStoreContract } from '../contracts/cross-store.js';
import { explainContract } from '../contracts/explain.js';
import { explainWhereContract } from '../contracts/explain-where.js';
import { foreignSortContract } from '../contracts/foreign-sort.js';
import { foreignSortStatementsContract } from '../contracts/foreign-sort-statements.js';
import { graphFieldsContract } from '../contracts/graph-fields.js';
import { graphQueriesContract } from '../contracts/graph-queries.js';
import { mutationsContract } from '../contracts/mutations.js';
import { connectionsContract } from '../contracts/connections.js';
import { neighboursContract } from '../contracts/neighbours.js';
import { nodeSortContract } from '../contracts/node-sort.js';
import { oneTransactionContract } from '../contracts/one-transaction.js';
import { queriesContract } from '../contracts/queries.js';
import { refusalsContract } from '../contracts/refusals.js';
import { searchContract } from '../contracts/search.js';
import { subscriptionsContract } from '../contracts/subscriptions.js';
import { startTestGateway } from '../support/gateway.js';
import { fillServers, type FilledServers } from './filled.js';

let filled: Promise<FilledServers> | undefined;
const start = async (settings: Record<string, string> = {}) =>
  startTestGateway({ settings: { ...(await (filled ??= fillServers('end_to_end'))).settings, ...settings } });

// First: Qdrant reckons the rarity of words with points that are gone until it sweeps them away.
searchContract('servers', start, 60);
queriesContract('servers', () => start());
connectionsContract('servers', () => start());
graphFieldsContract('servers', () => start());
graphQueriesContract('servers', start);
refusalsContract('servers', start);
neighboursContract('servers', () => start(), 10_000, 400);
mutationsContract('servers', start);
oneTransactionContract('servers', start);
crossStoreContract('servers', start, 670, 40);
foreignSortContract('servers', start, 60);
foreignSortStatementsContract('servers', start);
nodeSortContract('servers', () => start());
explainContract('servers', start);
explainWhereContract('servers', start);
blocksContract('servers', start, 20);

const serverSettings = async () => (await (filled ??= fillServers('end_to_end'))).settings;
subscriptionsContract('servers', serverSettings);
copiesContract('servers', serverSettings);

afterAll(async () => (await filled)?.remove());
