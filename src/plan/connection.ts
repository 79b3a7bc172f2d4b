import { GatewayError } from '../errors.js';
import { groupsOf } from '../sql/aggregate.js';
import { limitOf, type Limits } from '../query/limits.js';
import type { ListArguments } from '../query/arguments.js';
import { changed, Deferred, type Run } from '../predicate/deferred.js';
import { decodeCursor, orderOf, type Cursor } from '../sql/order.js';
import type { Owners } from '../sql/per-parent.js';
import { keySelection, type Connection, type Selection } from '../query/selection.js';
import type { Entry } from '../sql/read.js';
import type { GuardedModel } from '../access/guard.js';

/** A page of a connection: what to ask the store for, and what to keep of its answer. */
export interface Page {
  readonly entry: Omit<Extract<Entry, { kind: 'page' }>, 'kind' | 'where' | 'sort'>;
  /** `rows` as the store gave them; `run` where the page was planned with Deferred arguments. */
  cut<T>(rows: readonly T[], run?: Run): { readonly kept: readonly T[]; readonly hasNextPage: boolean; readonly hasPreviousPage: boolean };
}

/** What each part of a connection is asked for, of all rows or of the rows of each owner. */
export const connectionEntries = (
  model: GuardedModel,
  { type, args, parts }: Connection,
  page: Page,
  limits: Limits,
  owners?: Owners,
): { readonly selection: Selection; readonly entry: Entry }[] => {
  // A cursor that is none is an error also where no page is selected.
  if (!parts.some(({ kind }) => kind === 'page'))
    for (const { cursor, argument, field } of page.entry.bounds ?? [])
      changed(cursor, (text) => decodeCursor(orderOf(model, type, args.sort), text as string, argument, field));
  return parts.map((part) => {
    const of = { where: args.where, owners };
    if (part.kind === 'page')
      return {
        selection: part.selection,
        entry: {
          kind: 'page',
          sort: args.sort,
          counted: part.counted,
          beside: parts.some(({ kind }) => kind !== 'page'),
          ...page.entry,
          ...of,
        },
      };
    return {
      selection: keySelection(type),
      entry: part.kind === 'groups' ? { ...part, ...groupsOf(type, part.fields, part.args, limits), ...of } : { ...part, ...of },
    };
  });
};

/**
 * `first` and `last` say how many rows from which end, `after` and `before` between which cursors. One row more is asked
 * for than wanted, which tells whether there is another page.
 */
export const pageOf = (field: string, args: ListArguments, limits: Limits): Page => {
  const given = (name: 'first' | 'last' | 'after' | 'before') => args[name] !== null && args[name] !== undefined;
  if (given('first') && given('last'))
    throw new GatewayError('BAD_INPUT', { argument: 'last', field, detail: 'expected first or last, but got both' });
  const fromEnd = given('last');
  const size = changed(fromEnd ? args.last : args.first, (value) => limitOf(field, value, limits, fromEnd ? 'last' : 'first'));
  const bounds = (['after', 'before'] as const).flatMap((argument): Cursor[] =>
    given(argument) ? [{ cursor: args[argument], argument, field }] : [],
  );
  return {
    entry: { rows: changed(size, (rows) => (rows as number) + 1), bounds, cursors: true, fromEnd },
    cut: (rows, run) => {
      const wanted = (size instanceof Deferred ? size.get(run!) : size) as number;
      const kept = rows.slice(0, wanted);
      const more = rows.length > wanted;
      if (fromEnd) kept.reverse();
      return { kept, hasNextPage: fromEnd ? given('before') : more, hasPreviousPage: fromEnd ? more : given('after') };
    },
  };
};
