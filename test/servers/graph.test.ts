import { aliasesContract } from '../contracts/aliases.js';
import { analyticsContract } from '../contracts/analytics.js';
import { emptyConditionsContract } from '../contracts/empty-conditions.js';
import { emptyWritesContract } from '../contracts/empty-writes.js';
import { nodeBigIntegersContract } from '../contracts/node-big-integers.js';
import { nodeValuesContract } from '../contracts/node-values.js';
import { nodeWhereContract } from '../contracts/node-where.js';
import { nodeWhereWritesContract } from '../contracts/node-where-writes.js';
import { nodeWritesContract } from '../contracts/node-writes.js';
import { oddValuesContract } from '../contracts/odd-values.js';
import { relationshipPropertiesContract } from '../contracts/relationship-properties.js';
import { traversalsContract } from '../contracts/traversals.js';
import { serverUrl } from './urls.js';

const settings = () => ({ NEO4J_URL: serverUrl('NEO4J_URL') });

relationshipPropertiesContract('servers', settings);
traversalsContract('servers', settings);
analyticsContract('servers', () => ({ ...settings(), NEO4J_GDS: 'false' }));
analyticsContract('servers with Graph Data Science', settings, 'by Graph Data Science');
nodeWritesContract('servers', settings);
aliasesContract('servers', settings);
nodeBigIntegersContract('servers', settings);
nodeValuesContract('servers', settings);
oddValuesContract('servers', settings);
nodeWhereContract('servers', settings, 150);
nodeWhereWritesContract('servers', settings, 150);
emptyConditionsContract('servers', () => ({ ...settings(), DATABASE_URL: serverUrl('DATABASE_URL') }));
emptyWritesContract('servers', () => ({ ...settings(), DATABASE_URL: serverUrl('DATABASE_URL') }));
