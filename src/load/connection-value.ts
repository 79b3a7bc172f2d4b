import type { Page } from '../sql/connection.js';
import { encodeCursor, orderOf } from '../sql/order.js';
import type { LoadedRow } from '../sql/row.js';
import type { Connection, ConnectionField } from '../query/selection.js';
import type { Model } from '../model/types.js';

/** The values of a connection's fields, by response keys; `rowsOf` returns the rows of a part. */
export const connectionReader = (
  model: Model,
  { type, args }: Connection,
  page: Page,
): ((field: ConnectionField, rowsOf: (part: number) => readonly LoadedRow[]) => unknown) => {
  const orders = orderOf(model, type, args['sort']);
  const cursorOf = ({ cursor }: LoadedRow): string => encodeCursor(orders, cursor);
  return (field, rowsOf) => {
    // graphql-js resolves type names itself, and reads counts separately from the page.
    if (field.kind === 'typename' || field.kind === 'total') return undefined;
    const rows = rowsOf(field.part);
    switch (field.kind) {
      case 'edges':
        return page
          .cut(rows.map((row, index) => ({ row, index })))
          .kept.map(({ row, index }) =>
            Object.fromEntries(
              field.fields.map((inner) => [
                inner.responseKey,
                inner.kind === 'node' ? rowsOf(inner.part)[index]!.row : inner.kind === 'cursor' ? cursorOf(row) : undefined,
              ]),
            ),
          );
      case 'nodes':
        return page.cut(rows).kept.map(({ row }) => row);
      case 'pageInfo': {
        const { kept, ...more } = page.cut(rows);
        const [first, last] = [kept[0], kept.at(-1)];
        return { ...more, startCursor: first ? cursorOf(first) : null, endCursor: last ? cursorOf(last) : null };
      }
      case 'count':
        return rows[0]!.row['count'];
      case 'aggregate':
        return rows[0]!.row;
      case 'groups':
        return rows.map(({ row }) => row);
    }
  };
};

/** The parts of a connection's field. */
export const partsOf = (field: ConnectionField): number[] => {
  if (field.kind === 'typename') return [];
  return [
    ...new Set([
      field.part,
      ...(field.kind === 'edges' ? field.fields.flatMap((inner) => (inner.kind === 'node' ? [inner.part] : [])) : []),
    ]),
  ];
};
