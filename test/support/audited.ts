import type { Engine } from '../../src/engine.js';
import { empty, openWorkshop, type Workshop } from './workshop.js';

const TABLES = ['audit', 'audit_chain', 'audit_head'];

export const openAudited = (): Promise<Workshop> => openWorkshop({}, { isAudited: true });

/** Runs SQL on the tables of the audit log, past the triggers that keep them. */
export const tamper = ({ stores }: Engine, sql: string): Promise<void> =>
  stores.relational.script(
    ['DISABLE', 'ENABLE']
      .map((state) => TABLES.map((table) => `ALTER TABLE odras_gateway.${table} ${state} TRIGGER USER`).join('; '))
      .join(`; ${sql}; `),
  );

/** Empties the tables, and then the log. */
export const emptyAudited = async (workshop: Workshop): Promise<void> => {
  await empty(workshop);
  await workshop.engine.audit!.settle();
  await tamper(
    workshop.engine,
    "DELETE FROM odras_gateway.audit; DELETE FROM odras_gateway.audit_chain; UPDATE odras_gateway.audit_head SET position = 0, hash = ''",
  );
};
