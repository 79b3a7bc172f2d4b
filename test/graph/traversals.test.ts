import { relationshipPropertiesContract } from '../contracts/relationship-properties.js';
import { traversalsContract } from '../contracts/traversals.js';

relationshipPropertiesContract('embedded stores', () => ({}));
traversalsContract('embedded stores', () => ({}));
