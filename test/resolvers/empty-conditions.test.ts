import { emptyConditionsContract } from '../contracts/empty-conditions.js';
import { emptyWritesContract } from '../contracts/empty-writes.js';

emptyConditionsContract('embedded stores', () => ({}));
emptyWritesContract('embedded stores', () => ({}));
