import { openKeyValue as open } from './openers.js';
import { keyValueContract } from '../contracts/keyvalue.js';

keyValueContract('embedded', open);
