import { emptyConditionsContract } from '../contracts/empty-conditions.js';

emptyConditionsContract('embedded stores', () => ({}));
