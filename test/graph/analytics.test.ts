import { analyticsContract } from '../contracts/analytics.js';

analyticsContract('embedded stores', () => ({}));
