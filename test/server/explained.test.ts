import { explainContract } from '../contracts/explain.js';
import { explainWhereContract } from '../contracts/explain-where.js';
import { startTestGateway } from '../support/gateway.js';

const start = (settings: Record<string, string> = {}) => startTestGateway({ settings });

explainContract('embedded stores', start);
explainWhereContract('embedded stores', start);
