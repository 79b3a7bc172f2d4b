import { foreignSortContract } from '../contracts/foreign-sort.js';
import { startTestGateway } from '../support/gateway.js';

foreignSortContract('embedded stores', (settings = {}) => startTestGateway({ settings }), 200);
