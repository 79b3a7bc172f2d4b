import { digitsOf, MICROSECONDS, tooFine } from '../model/clock.js';
import type { ColumnField } from '../model/fields.js';
import { changed } from '../predicate/deferred.js';

/** Column types with microseconds: PostgreSQL would round finer values. */
const ROUNDED = /^(time|timestamp|interval)\b/;

/**
 * A value of a time column, or a list of them; refused where it has more digits than PostgreSQL keeps.
 *
 * @throws GatewayError VALUE_INVALID, when the value is known
 */
export const notRounded = ({ scalar, column }: ColumnField, value: unknown): unknown => {
  if (!ROUNDED.test(column.sqlType)) return value;
  const check = (text: unknown): void => {
    if (typeof text === 'string' && digitsOf(text) > MICROSECONDS) throw tooFine(scalar, 'a row', MICROSECONDS, text);
  };
  return changed(value, (known) => {
    if (Array.isArray(known)) known.forEach(check);
    else check(known);
    return known;
  });
};
