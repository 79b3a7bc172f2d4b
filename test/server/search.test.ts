import { odrasPointsContract } from '../contracts/odras-points.js';
import { searchContract } from '../contracts/search.js';
import { startTestGateway } from '../support/gateway.js';
import { rounds } from '../support/rounds.js';

searchContract('embedded stores', startTestGateway, rounds(120));
odrasPointsContract('embedded stores', startTestGateway);
