import { emptyPagesContract } from '../contracts/empty-pages.js';

emptyPagesContract('embedded stores', () => ({}));
