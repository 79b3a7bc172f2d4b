import { neighboursContract } from '../contracts/neighbours.js';
import { startTestGateway } from '../support/gateway.js';
import { rounds } from '../support/rounds.js';

neighboursContract('embedded stores', startTestGateway, 10_000, rounds(1_000));
