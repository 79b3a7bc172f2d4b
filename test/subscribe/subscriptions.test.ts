import { subscriptionsContract } from '../contracts/subscriptions.js';

subscriptionsContract('embedded', () => Promise.resolve({}));
