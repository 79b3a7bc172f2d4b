import { isKey } from '../sql/read.js';
import type { Planner } from './operation.js';
import type { Lead } from './leads.js';
import type { OperationPlan } from './types.js';
import { notPlain } from './value.js';
import { onlyValue } from './values.js';
import type { TableType } from '../model/types.js';

/** The name of the only root of the plan. */
export const ROWS = 'rows';

/**
 * A plan that reads rows by their keys, as objects: null for one that is missing or does not match.
 *
 * @param keysOf the keys, when the plan runs
 */
export const planKeyedRows = (planner: Planner, name: string, lead: Omit<Lead, 'kind'>, keysOf: () => readonly string[]): OperationPlan => {
  const type = lead.type as TableType;
  return planner.complete([{ responseKey: ROWS, name, args: {}, nodes: [] }], () =>
    onlyValue(
      planner.field({
        name: `Subscription.${name}`,
        store: 'relational',
        isKeyed: false,
        ask: () => Promise.resolve([keysOf()]),
        value: {
          take: (keys, led) => (keys as readonly string[]).map((key) => (isKey(type, key) ? led.one(0, key) : null)),
          write: notPlain,
          read: (taken, led) => (taken as readonly (number | null)[]).map((number) => (number === null ? null : (led[0]![number] ?? null))),
        },
        leads: [{ ...lead, kind: 'one' }],
      }),
    ),
  );
};
