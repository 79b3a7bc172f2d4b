import { crossStoreContract } from '../contracts/cross-store.js';
import { mutationsContract } from '../contracts/mutations.js';
import { queriesContract } from '../contracts/queries.js';
import { startTestGateway } from '../support/gateway.js';

queriesContract('embedded stores', startTestGateway);
mutationsContract('embedded stores', startTestGateway);
crossStoreContract('embedded stores', startTestGateway, 300);
