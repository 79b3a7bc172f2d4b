import { openVector as open } from './openers.js';
import { vectorContract } from '../contracts/vector.js';
import { vectorPayloadsContract } from '../contracts/vector-payloads.js';

vectorContract('embedded', open);
vectorPayloadsContract('embedded', open);
