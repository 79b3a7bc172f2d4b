import type { OperationPlan, PlannedField, PlannedPart } from '../plan/types.js';
import { conjuncts, nameOf, needsOthers } from '../predicate/analyse.js';
import { isOpen } from '../sql/order.js';
import { statementLines } from './explain-format.js';

/** A plan's steps: what each asks of the stores, as it is known before any of them is asked. */
export const showPlan = ({ levels }: OperationPlan) =>
  levels.map(({ fields, statements }, index) => ({
    step: index + 1,
    asks: [
      ...fields.map(showField),
      ...statements.map(({ parts, written }) => ({
        store: 'relational',
        reads: parts.map(({ field }) => field),
        // The statement of an open part is written once other stores have answered.
        ...(written ? { statement: statementLines('relational', written.text) } : { after: [...new Set(parts.flatMap(waitsFor))] }),
      })),
    ],
  }));

const showField = ({ store, name, leads }: PlannedField) => ({
  store,
  reads: [name],
  ...(leads.length > 0 ? { leadsTo: [...new Set(leads.map(({ type }) => type.name))] } : {}),
});

/** The conditions and orders of a part that other stores answer. */
const waitsFor = ({ query, part }: PlannedPart): string[] => [
  ...conjuncts('where' in query ? query.where : undefined)
    .filter(needsOthers)
    .map(nameOf),
  ...part.orders.filter(isOpen).map(({ name }) => `sort by ${name.replace(/\(.*/, '')}`),
];
