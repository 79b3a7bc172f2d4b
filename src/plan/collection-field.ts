import type { SelectedField } from '../query/selection.js';
import { collectionInfo } from '../remote/collection-info.js';
import type { FieldSource } from './types.js';
import { rootType, valueOf, type Valuing } from './value.js';

/** `collectionInfo`: the state of every collection that the schema names, for operators. */
export const collectionField = (valuing: Valuing, selected: SelectedField): FieldSource => ({
  name: 'Query.collectionInfo',
  store: 'vector',
  isKeyed: false,
  ask: async ({ engine }) => [await collectionInfo(engine)],
  value: valueOf(valuing, rootType(valuing, 'collectionInfo'), selected, 'field'),
  leads: valuing.leads,
});
