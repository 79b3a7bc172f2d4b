import { tableTypes, type Model, type TableType } from './types.js';

/** A root field that gives rows of a table. */
export interface TableRoot {
  readonly kind: 'key' | 'list' | 'connection';
  readonly type: TableType;
}

/** The root fields of all table-home types, by name. Without a key there is no order to page by, and nothing to ask for. */
export const tableRoots = (model: Model): Map<string, TableRoot> =>
  new Map(
    tableTypes(model).flatMap((type): [string, TableRoot][] => [
      [type.plural, { kind: 'list', type }],
      ...(type.table.key.length === 0
        ? []
        : ([
            [type.singular, { kind: 'key', type }],
            [`${type.plural}Connection`, { kind: 'connection', type }],
          ] as [string, TableRoot][])),
    ]),
  );
