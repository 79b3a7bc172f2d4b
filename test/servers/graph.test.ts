import { aliasesContract } from '../contracts/aliases.js';
import { analyticsContract } from '../contracts/analytics.js';
import { emptyConditionsContract } from '../contracts/empty-conditions.js';
import { emptyPagesContract } from '../contracts/empty-pages.js';
import { exactNodeValuesContract } from '../contracts/exact-node-values.js';
import { nodeValuesContract } from '../contracts/node-values.js';
import { nodeWhereContract } from '../contracts/node-where.js';
import { nodeWritesContract } from '../contracts/node-writes.js';
import { oddValuesContract } from '../contracts/odd-values.js';
import { traversalsContract } from '../contracts/traversals.js';
import { serverUrl } from './urls.js';

const settings = () => ({ NEO4J_URL: serverUrl('NEO4J_URL') });

traversalsContract('servers', settings);
analyticsContract('servers', () => ({ ...settings(), NEO4J_GDS: 'false' }));
analyticsContract('servers with Graph Data Science', settings, 'by Graph Data Science');
nodeWritesContract('servers', settings);
aliasesContract('servers', settings);
nodeValuesContract('servers', settings);
exactNodeValuesContract('servers', settings);
emptyPagesContract('servers', settings);
oddValuesContract('servers', settings);
nodeWhereContract('servers', settings, 150);
emptyConditionsContract('servers', () => ({ ...settings(), DATABASE_URL: serverUrl('DATABASE_URL') }));
