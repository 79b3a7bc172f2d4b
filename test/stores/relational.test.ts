import { openRelational as open } from './openers.js';
import { relationalContract } from '../contracts/relational.js';

relationalContract('embedded', open);
