import { traversalsContract } from '../contracts/traversals.js';
import { serverUrl } from './urls.js';

traversalsContract('servers', () => ({ NEO4J_URL: serverUrl('NEO4J_URL') }));
