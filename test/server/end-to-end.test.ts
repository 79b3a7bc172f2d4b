import { explainContract } from '../contracts/explain.js';
import { graphQueriesContract } from '../contracts/graph-queries.js';
import { mutationsContract } from '../contracts/mutations.js';
import { connectionsContract } from '../contracts/connections.js';
import { queriesContract } from '../contracts/queries.js';
import { refusalsContract } from '../contracts/refusals.js';
import { startTestGateway } from '../support/gateway.js';

queriesContract('embedded stores', startTestGateway);
connectionsContract('embedded stores', startTestGateway);
graphQueriesContract('embedded stores', startTestGateway);
refusalsContract('embedded stores', startTestGateway);
mutationsContract('embedded stores', startTestGateway);
explainContract('embedded stores', (settings) => startTestGateway({ settings }));
