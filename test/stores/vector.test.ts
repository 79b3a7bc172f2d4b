import { openVector as open } from './openers.js';
import { vectorContract } from '../contracts/vector.js';

vectorContract('embedded', open);
