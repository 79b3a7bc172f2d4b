import type { SelectedField } from '../query/selection.js';
import { objectType } from '../query/selection.js';
import { collectionInfo } from '../remote/collection-info.js';
import type { FieldSource } from './types.js';
import { valueOf, type Valuing } from './value.js';

/** `collectionInfo`: the state of every collection that the schema names, for operators. */
export const collectionField = (valuing: Valuing, selected: SelectedField): FieldSource => ({
  name: 'Query.collectionInfo',
  store: 'vector',
  isKeyed: false,
  ask: async ({ engine }) => [await collectionInfo(engine)],
  value: valueOf(valuing, objectType(valuing.info.schema, 'Query').getFields()['collectionInfo']!.type, selected, 'field'),
  leads: valuing.leads,
});
