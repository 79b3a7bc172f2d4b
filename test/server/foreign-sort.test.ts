import { foreignSortContract } from '../contracts/foreign-sort.js';
import { foreignSortStatementsContract } from '../contracts/foreign-sort-statements.js';
import { startTestGateway } from '../support/gateway.js';
import { rounds } from '../support/rounds.js';

foreignSortContract('embedded stores', (settings = {}) => startTestGateway({ settings }), rounds(200, 10));
foreignSortStatementsContract('embedded stores', (settings = {}) => startTestGateway({ settings }));
