import { nodeSortContract } from '../contracts/node-sort.js';
import { startTestGateway } from '../support/gateway.js';

nodeSortContract('embedded stores', startTestGateway);
