import { copiesContract } from '../contracts/copies.js';

copiesContract('embedded', () => Promise.resolve({}));
