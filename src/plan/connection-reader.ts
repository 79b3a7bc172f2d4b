import { pluralTypeName } from '../model/names.js';
import type { Connection, ConnectionField } from '../query/selection.js';
import type { Page } from '../sql/connection.js';
import { encodeCursor } from '../sql/order.js';
import { put, TYPE, type Row } from '../sql/row.js';
import type { Draft } from './levels.js';
import type { ObjectRow, PlanObjects } from './types.js';

/** Reads a connection as an object, of all rows or of one parent by its ordinal. Errors stand where a part has no answer. */
export const connectionReader = (
  { type, fields }: Connection,
  page: Page,
  parts: readonly Draft[],
): ((objects: PlanObjects, ordinal: number) => object) => {
  const valueOf = (objects: PlanObjects, field: ConnectionField, rowsOf: (part: number) => readonly ObjectRow[]): unknown => {
    if (field.kind === 'typename') return `${pluralTypeName(type.name)}Connection`;
    const rows = rowsOf(field.part);
    const orders = () => objects.ordersOf(parts[field.part]!.planned!);
    const cursorOf = ({ cursor }: ObjectRow): string => encodeCursor(orders(), cursor);
    const cut = <T>(all: readonly T[]) => page.cut(all, objects.run);
    switch (field.kind) {
      case 'edges':
        return cut(rows.map((row, index) => ({ row, index }))).kept.map(({ row, index }) => {
          const edge: Row = { [TYPE]: `${type.name}Edge` };
          for (const inner of field.fields)
            if (inner.kind !== 'typename')
              put(edge, inner.responseKey, inner.kind === 'node' ? rowsOf(inner.part)[index]!.row : cursorOf(row));
          return edge;
        });
      case 'nodes':
        return cut(rows).kept.map(({ row }) => row);
      case 'pageInfo': {
        const { kept, hasNextPage, hasPreviousPage } = cut(rows);
        const [first, last] = [kept[0], kept.at(-1)];
        const info: Readonly<Record<string, unknown>> = {
          hasNextPage,
          hasPreviousPage,
          startCursor: first ? cursorOf(first) : null,
          endCursor: last ? cursorOf(last) : null,
        };
        const shown: Row = {};
        for (const { responseKey, name } of field.fields) put(shown, responseKey, info[name]);
        return shown;
      }
      case 'total':
        return rows[0]?.total ?? 0;
      case 'count':
        return rows[0]!.row['count'];
      case 'aggregate':
        return rows[0]!.row;
      case 'groups':
        return rows.map(({ row }) => row);
    }
  };
  return (objects, ordinal) => {
    const connection: Row = {};
    for (const field of fields) {
      const of = partsOf(field).map((part) => [part, objects.owned(parts[part]!.planned!, ordinal)] as const);
      const failure = of.find(([, rows]) => rows instanceof Error)?.[1];
      const rows = new Map(of as readonly (readonly [number, readonly ObjectRow[]])[]);
      put(connection, field.responseKey, failure ?? valueOf(objects, field, (part) => rows.get(part)!));
    }
    return connection;
  };
};

/** The parts that a connection's field shows. */
const partsOf = (field: ConnectionField): number[] => {
  if (field.kind === 'typename') return [];
  return [field.part, ...(field.kind === 'edges' ? field.fields.flatMap((inner) => (inner.kind === 'node' ? [inner.part] : [])) : [])];
};
