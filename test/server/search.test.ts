import { searchContract } from '../contracts/search.js';
import { startTestGateway } from '../support/gateway.js';

searchContract('embedded stores', startTestGateway, 120);
