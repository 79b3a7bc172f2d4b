/** Each store in memory, for the contract suites. */
import { openEmbeddedGraph } from '../../src/stores/graph/embedded.js';
import { openEmbeddedKeyValue } from '../../src/stores/keyvalue/embedded.js';
import { openEmbeddedRelational } from '../../src/stores/relational/embedded.js';
import { openEmbeddedVector } from '../../src/stores/vector/embedded.js';

export const openRelational = () => openEmbeddedRelational({});
export const openGraph = () => openEmbeddedGraph({});
export const openVector = () => openEmbeddedVector({});
export const openKeyValue = () => openEmbeddedKeyValue();
