import { openGraph as open } from './openers.js';
import { graphContract } from '../contracts/graph.js';

graphContract('embedded', open);
