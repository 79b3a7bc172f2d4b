import { connectionsContract } from '../contracts/connections.js';
import { graphFieldsContract } from '../contracts/graph-fields.js';
import { graphQueriesContract } from '../contracts/graph-queries.js';
import { mutationsContract } from '../contracts/mutations.js';
import { oneTransactionContract } from '../contracts/one-transaction.js';
import { queriesContract } from '../contracts/queries.js';
import { refusalsContract } from '../contracts/refusals.js';
import { startTestGateway } from '../support/gateway.js';

const start = (settings: Record<string, string> = {}) => startTestGateway({ settings });

queriesContract('embedded stores', start);
connectionsContract('embedded stores', start);
graphFieldsContract('embedded stores', start);
graphQueriesContract('embedded stores', start);
refusalsContract('embedded stores', start);
mutationsContract('embedded stores', start);
oneTransactionContract('embedded stores', start);
