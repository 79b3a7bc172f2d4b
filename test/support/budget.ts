import { readConfig } from '../../src/config.js';
import { Budget } from '../../src/load/budget.js';

/** What a request may read by the default settings. */
export const createBudget = (): Budget => new Budget(readConfig({}, {}), undefined);
