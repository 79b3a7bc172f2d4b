import { GatewayError } from '../errors.js';
import { groupsOf } from './aggregate.js';
import { limitOf, type Limits } from '../query/limits.js';
import type { ListArguments } from '../query/arguments.js';
import { changed, Deferred, type Run } from '../predicate/deferred.js';
import { decodeCursor, orderOf, type Cursor } from './order.js';
import type { PerParent } from './per-parent.js';
import { keySelection, type Connection, type Selection } from '../query/selection.js';
import type { RowQuery } from './read.js';
import type { GuardedModel } from '../access/guard.js';

/** A page of a connection: the rows to request, and those of them to keep. */
export interface Page {
  readonly query: Omit<Extract<RowQuery, { kind: 'page' }>, 'kind' | 'where' | 'sort'>;
  /** `rows` as the store returned them; `run` where the page was planned with Deferred arguments. */
  cut<T>(rows: readonly T[], run?: Run): { readonly kept: readonly T[]; readonly hasNextPage: boolean; readonly hasPreviousPage: boolean };
}

/** The query of each part of a connection, over all rows or the rows of each owner. */
export const connectionQueries = (
  model: GuardedModel,
  { type, args, parts }: Connection,
  page: Page,
  limits: Limits,
  perParent?: PerParent,
): { readonly selection: Selection; readonly query: RowQuery }[] => {
  // An invalid cursor is an error even where no page is selected. A Deferred one is checked when it is known.
  for (const { cursor, argument, field } of page.query.bounds ?? [])
    changed(cursor, (text) => decodeCursor(orderOf(model, type, args.sort), text as string, argument, field));
  return parts.map((part) => {
    const of = { where: args.where, perParent };
    if (part.kind === 'page')
      return {
        selection: part.selection,
        query: {
          kind: 'page',
          sort: args.sort,
          counted: part.counted,
          beside: parts.some(({ kind }) => kind !== 'page'),
          ...page.query,
          ...of,
        },
      };
    return {
      selection: keySelection(type),
      query: part.kind === 'groups' ? { ...part, ...groupsOf(type, part.fields, part.args, limits), ...of } : { ...part, ...of },
    };
  });
};

/**
 * `first` and `last` take rows from one end, `after` and `before` bound them by cursors. One extra row is requested, which tells whether
 * there is another page.
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
    query: { rows: changed(size, (rows) => (rows as number) + 1), bounds, cursors: true, fromEnd },
    cut: (rows, run) => {
      const wanted = (size instanceof Deferred ? size.get(run!) : size) as number;
      const kept = rows.slice(0, wanted);
      const more = rows.length > wanted;
      if (fromEnd) kept.reverse();
      return { kept, hasNextPage: fromEnd ? given('before') : more, hasPreviousPage: fromEnd ? more : given('after') };
    },
  };
};
