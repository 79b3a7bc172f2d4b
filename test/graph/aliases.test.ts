import { aliasesContract } from '../contracts/aliases.js';

aliasesContract('embedded stores', () => ({}));
