import { blocksContract } from '../contracts/blocks.js';
import { crossStoreContract } from '../contracts/cross-store.js';
import { startTestGateway } from '../support/gateway.js';
import { rounds } from '../support/rounds.js';

crossStoreContract('embedded stores', (settings = {}) => startTestGateway({ settings }), rounds(700, 12));
blocksContract('embedded stores', (settings = {}) => startTestGateway({ settings }), rounds(40, 6));
