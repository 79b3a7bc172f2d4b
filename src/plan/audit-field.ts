import { readAudit } from '../audit/read.js';
import type { SelectedField } from '../query/selection.js';
import type { FieldSource } from './types.js';
import { knownArgs, rootType, valueOf, type Valuing } from './value.js';

/** `auditLog(where:, limit:, after:)`: a page of the audit log, for administrators. */
export const auditField = (valuing: Valuing, selected: SelectedField): FieldSource => ({
  name: 'Query.auditLog',
  store: 'relational',
  isKeyed: false,
  ask: async ({ engine: { audit, stores, limits }, signal }, run) => [
    await readAudit({ audit, relational: stores.relational, limits, signal }, run.caller.identity, knownArgs(selected.args, run)),
  ],
  value: valueOf(valuing, rootType(valuing, 'auditLog'), selected, 'field'),
  leads: valuing.leads,
});
