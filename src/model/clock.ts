import { GatewayError, shortened } from '../errors.js';

/** What is said of a time of day beyond its form: PostgreSQL and graphs would change what is said here, and nobody would notice. */

/** Digits behind the point of a second that PostgreSQL keeps, and Neo4j. */
export const [MICROSECONDS, NANOSECONDS] = [6, 9] as const;

/** How many digits behind the point a time or a duration has; zeros at the end say nothing. */
export const digitsOf = (text: string): number => (/\.(\d+)/.exec(text)?.[1] ?? '').replace(/0+$/, '').length;

/** What a time of this scalar must be and is not; undefined where nothing is wrong with its clock. */
export const clockFault = (scalar: string, text: string): string | undefined => {
  const [, hour, minute, second = '00', fraction = ''] = /(?:^|[T ])(\d\d):(\d\d)(?::(\d\d)(\.\d+)?)?/i.exec(text) ?? [];
  if (hour === undefined) return undefined;
  if (digitsOf(text) > NANOSECONDS) return `has at most ${NANOSECONDS} digits behind the second`;
  if (second === '60') return 'has seconds from 00 to 59, and no leap seconds';
  // A time of day may be the end of the day, which is another than its start.
  if (hour === '24' && (scalar === 'LocalTime' || scalar === 'Time'))
    return /[1-9]/.test(minute! + second + fraction) ? 'ends with 24:00:00' : undefined;
  if (hour === '24') return 'has hours from 00 to 23: 24:00 is 00:00 of the day after';
  return undefined;
};

/** What a store does not hold is refused, and not rounded. */
export const tooFine = (scalar: string, place: string, digits: number, text: string) =>
  new GatewayError('VALUE_INVALID', {
    detail: `${scalar} of ${place} has at most ${digits} digits behind the second, but got ${JSON.stringify(shortened(text))}`,
  });
