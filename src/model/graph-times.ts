import { GatewayError } from '../errors.js';

/** Times of nodes and relationships as text: how they are sent to a graph, and how clients see what it gives. */

const badTime = (detail: string) => new GatewayError('VALUE_INVALID', { detail });

const MOMENT = /^(\d{4,6}-\d\d-\d\d)[T ](\d\d:\d\d)(:\d\d)?(?:\.(\d{1,9}))?(?:Z|([+-]\d\d):?(\d\d)?)$/i;
const LOCAL = /^(\d{4,6}-\d\d-\d\d)(?:[T ](\d\d:\d\d)(:\d\d)?(?:\.(\d{1,9}))?)?$/i;
const HOUR = /^(\d\d:\d\d)(:\d\d)?(?:\.(\d{1,9}))?(?:Z|([+-]\d\d):?(\d\d)?)?$/i;
const DURATION = /^(-)?P(?:(-?[\d.]+)Y)?(?:(-?[\d.]+)M)?(?:(-?[\d.]+)W)?(?:(-?[\d.]+)D)?(?:T(?:(-?[\d.]+)H)?(?:(-?[\d.]+)M)?(?:(-?\d+)(?:\.(\d{1,9})\d*)?S)?)?$/;

/** The digits behind the point, without those that say nothing, and at least so many. */
const fraction = (digits: string | undefined, least = 0): string => {
  const said = (digits ?? '').replace(/0+$/, '').padEnd(least, '0');
  return said === '' ? '' : `.${said}`;
};

const milliseconds = (date: string, time: string, zone: string): number => {
  const at = Date.parse(`${date.padStart(4, '0')}T${time}${zone}`);
  const day = Date.parse(`${date}T00:00:00Z`);
  // JavaScript takes the 30th of February for the 2nd of March, and 24:00 for the day after.
  if (Number.isNaN(at) || Number.isNaN(day) || new Date(day).toISOString().slice(0, date.length) !== date || Number(time.slice(0, 2)) > 23) throw badTime('a time is out of range');
  return at;
};

/** A moment in UTC: Neo4j takes moments with other zones for different ones. */
const moment = (text: string): string => {
  const match = MOMENT.exec(text.replace(/\[.*\]$/, ''));
  if (!match) throw badTime('a time is out of range');
  const [, date, time, seconds = ':00', digits, hours, minutes = '00'] = match as unknown as [string, string, string, string?, string?, string?, string?];
  const at = milliseconds(date, time + seconds, hours === undefined ? 'Z' : `${hours}:${minutes}`);
  return `${new Date(at).toISOString().slice(0, -5)}${fraction(digits, 3)}Z`;
};

const local = (text: string): string => {
  const match = LOCAL.exec(text);
  if (!match) throw badTime('a time is out of range');
  const [, date, time = '00:00', seconds = ':00', digits] = match as unknown as [string, string, string?, string?, string?];
  milliseconds(date, time + seconds, 'Z');
  return `${date}T${time}${seconds}${fraction(digits)}`;
};

/** A time of day; one with a zone in UTC. */
const hour = (text: string, isZoned: boolean): string => {
  const match = HOUR.exec(text);
  if (!match) throw badTime('a time is out of range');
  const [, time, seconds = ':00', digits, hours, minutes = '00'] = match as unknown as [string, string, string?, string?, string?, string?];
  const at = milliseconds('2000-01-02', time + seconds, hours === undefined ? 'Z' : `${hours}:${minutes}`);
  return `${isZoned ? new Date(at).toISOString().slice(11, 19) : time + seconds}${fraction(digits)}${isZoned ? 'Z' : ''}`;
};

/** Years are months and weeks are days, as graphs keep them; hours, minutes and seconds are one amount. */
const duration = (text: string): string => {
  const match = DURATION.exec(text);
  if (!match || /[PT]$/.test(text.replace(/(?<=.)T$/, ''))) throw badTime('a duration is not written as one, such as "P1DT2H30M"');
  const sign = match[1] === undefined ? 1 : -1;
  const [years, months, weeks, days, hours, minutes, seconds] = match.slice(2, 9).map((part) => sign * Number(part ?? 0)) as [number, number, number, number, number, number, number];
  if ([years, months, weeks, days, hours, minutes].some((part) => !Number.isInteger(part))) throw badTime('a duration may have a fraction of seconds only');
  const whole = hours * 3600 + minutes * 60 + seconds;
  const isBelow = (match[8] ?? '').startsWith('-') !== (sign < 0);
  const nanoseconds = BigInt(whole) * 1_000_000_000n + BigInt((match[9] ?? '').padEnd(9, '0')) * (isBelow ? -1n : 1n);
  const [size, minus] = nanoseconds < 0n ? [-nanoseconds, '-'] : [nanoseconds, ''];
  const rest = size % 60_000_000_000n;
  const parts = (units: readonly (readonly [number | bigint, string])[], before = '') => units.map(([count, unit]) => (Number(count) === 0 ? '' : `${before}${count}${unit}`)).join('');
  const second = rest === 0n ? '' : `${minus}${rest / 1_000_000_000n}${fraction(String(rest % 1_000_000_000n).padStart(9, '0'))}S`;
  const [allMonths, allDays] = [years * 12 + months, weeks * 7 + days];
  const date = parts([[Math.trunc(allMonths / 12), 'Y'], [allMonths % 12, 'M'], [allDays, 'D']]);
  const time = parts([[size / 3_600_000_000_000n, 'H'], [(size / 60_000_000_000n) % 60n, 'M']], minus) + second;
  return date + time === '' ? 'PT0S' : `P${date}${time === '' ? '' : `T${time}`}`;
};

const FORMS: Readonly<Record<string, (text: string) => string>> = {
  DateTime: moment,
  LocalDateTime: local,
  Date: (text) => local(text).slice(0, -'T00:00:00'.length),
  LocalTime: (text) => hour(text, false),
  Time: (text) => hour(text, true),
  Duration: duration,
};

/** Scalars of times. */
export const TIMES = Object.keys(FORMS);

/**
 * A time in the one form that it has in graphs and for clients, whoever wrote it.
 *
 * @throws GatewayError VALUE_INVALID
 */
export const timeText = (scalar: string, text: string): string => (FORMS[scalar] ? FORMS[scalar](text) : text);

/** A time that a graph has given. Moments in UTC, of which there are many, are sound as they are. */
export const givenTime = (scalar: string, text: string): string =>
  scalar === 'DateTime' && text.length === 'YYYY-MM-DDThh:mm:ssZ'.length && text.endsWith('Z') ? `${text.slice(0, -1)}.000Z` : timeText(scalar, text);
