import { isSecretColumn } from '../../model/secret-names.js';
import type { LiveColumn, LiveTable } from './catalog.js';

/** Whether a column looks as if its values were secret. */
export const looksSecret = ({ key, references }: LiveTable, column: LiveColumn): boolean =>
  isSecretColumn(column, key.includes(column.name) || references.some(({ columns }) => columns.includes(column.name)));
