import type { Fault } from './faults.js';
import type { ColumnField, FieldPlan } from './fields.js';
import { columnFields, type TableType } from './types.js';

/** Name of the field that tells whether a row has changed. */
const TOKEN = 'rowToken';

/**
 * The type with its field `rowToken`: the text of the declared column, or of xmin, the number of the transaction that
 * last wrote the row. Both are read as text, so that nothing of them is lost.
 */
export const withToken = (type: TableType, faults: Fault[], isDamaged = false): TableType => {
  const { table, place, name } = type;
  if (type.fields.has(TOKEN)) {
    faults.push({
      place: type.fields.get(TOKEN)!.place,
      message: `${name}.${TOKEN} has a name that the gateway uses itself: call it otherwise`,
    });
    return type;
  }
  const shown = columnFields(type).find((field) => field.column.name === table.token);
  if (table.token !== undefined && !shown && !isDamaged)
    faults.push({ place, message: `@table on ${name} has token: "${table.token}", but no field of ${name} shows that column` });
  const nonNull = table.token === undefined || shown?.nonNull === true;
  const field: ColumnField = {
    kind: 'column',
    name: TOKEN,
    description: 'Changes with every change of the row. Give it as ifMatch to write only if nobody else has written since.',
    place,
    type: nonNull ? 'ID!' : 'ID',
    nonNull,
    list: false,
    column: shown?.column ?? { name: 'xmin', sqlType: 'xid' },
    scalar: 'ID',
    enumType: false,
    hasDefault: true,
    readOnly: true,
    property: undefined,
    fulltext: undefined,
    trigram: false,
    token: true,
  };
  return { ...type, fields: new Map<string, FieldPlan>([...type.fields, [TOKEN, field]]) };
};

export const tokenField = (type: TableType): ColumnField => type.fields.get(TOKEN) as ColumnField;
