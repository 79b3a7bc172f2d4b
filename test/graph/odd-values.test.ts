import { oddValuesContract } from '../contracts/odd-values.js';

oddValuesContract('embedded stores', () => ({}));
