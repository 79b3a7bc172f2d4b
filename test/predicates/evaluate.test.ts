import { evaluateContract } from '../contracts/evaluate.js';
import { rounds } from '../support/rounds.js';

evaluateContract('embedded stores', () => ({}), rounds(20_000));
