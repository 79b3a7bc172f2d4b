import { quoteName, type Statement } from './statement.js';
import type { Change } from './write-plan.js';

/** The new value of a column of the row aliased `alias`: `r."size" + $1::integer`. */
export const changeToSql = (statement: Statement, { column, operator, value }: Change, alias: string): string => {
  const name = `${alias}.${quoteName(column.name)}`;
  const bound = value === null ? 'NULL' : statement.bind(value, operator === 'pop' ? 'integer' : column.sqlType);
  switch (operator) {
    case 'set':
      return bound;
    case 'push':
      return `${name} || ${bound}`;
    case 'pop':
      // An empty array has no upper bound: its slice would be null.
      return `coalesce(${name}[:array_upper(${name}, 1) - ${bound}], ${name})`;
    default:
      return `${name} ${OPERATIONS[operator]!} ${bound}`;
  }
};

const OPERATIONS: Readonly<Record<string, string>> = { add: '+', subtract: '-', multiply: '*', divide: '/' };
