import { neighboursContract } from '../contracts/neighbours.js';
import { startTestGateway } from '../support/gateway.js';

neighboursContract('embedded stores', startTestGateway, 10_000, 1_000);
