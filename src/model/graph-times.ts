import { GatewayError } from '../errors.js';

/** Times of nodes and relationships as text: how they are sent to a graph, and how clients see what it gives. */

const badTime = (detail: string) => new GatewayError('VALUE_INVALID', { detail });

/** A day as clients write it ("0044-03-15 BC" has its two letters at the end), or as a graph does: "-0043-03-15", "+012026-03-15". */
const DAY = '([+-]?\\d{3,7})-(\\d\\d)-(\\d\\d)';
const CLOCK = '(\\d\\d:\\d\\d)(:\\d\\d)?(?:\\.(\\d{1,9}))?';
const MOMENT = new RegExp(`^${DAY}[T ]${CLOCK}(?:Z|([+-]\\d\\d):?(\\d\\d)?)( BC)?$`, 'i');
const LOCAL = new RegExp(`^${DAY}(?:[T ]${CLOCK})?( BC)?$`, 'i');
const HOUR = /^(\d\d:\d\d)(:\d\d)?(?:\.(\d{1,9}))?(?:Z|([+-]\d\d):?(\d\d)?)?$/i;
const DURATION =
  /^(-)?P(?:(-?[\d.]+)Y)?(?:(-?[\d.]+)M)?(?:(-?[\d.]+)W)?(?:(-?[\d.]+)D)?(?:T(?:(-?[\d.]+)H)?(?:(-?[\d.]+)M)?(?:(-?\d+)(?:\.(\d{1,9})\d*)?S)?)?$/;

/** The digits behind the point, without those that say nothing, and at least so many. */
const fraction = (digits: string | undefined, least = 0): string => {
  const said = (digits ?? '').replace(/0+$/, '').padEnd(least, '0');
  return said === '' ? '' : `.${said}`;
};

/** Milliseconds since 1970; the year 0 is 1 BC. */
const milliseconds = (year: number, month: string, day: string, time: string, zone = 'Z'): number => {
  const at =
    Date.parse(`2000-01-01T${time}${zone}`) - Date.UTC(2000, 0, 1) + new Date(0).setUTCFullYear(year, Number(month) - 1, Number(day));
  const date = new Date(new Date(0).setUTCFullYear(year, Number(month) - 1, Number(day)));
  // JavaScript takes the 30th of February for the 2nd of March, and 24:00 for the day after.
  if (Number.isNaN(at) || date.getUTCMonth() !== Number(month) - 1 || date.getUTCDate() !== Number(day) || Number(time.slice(0, 2)) > 23)
    throw badTime('a time is out of range');
  return at;
};

/** The year of a text, 0 for 1 BC. */
const yearOf = (digits: string, before: string | undefined): number => {
  if (before === undefined) return Number(digits);
  if (!/^\d/.test(digits) || Number(digits) === 0) throw badTime('a time is out of range');
  return 1 - Number(digits);
};

/** What stands before the month, and at the end. */
const shownYear = (year: number): readonly [string, string] =>
  year > 0 ? [String(year).padStart(4, '0'), ''] : [String(1 - year).padStart(4, '0'), ' BC'];

/** A moment in UTC: Neo4j takes moments with other zones for different ones. */
const moment = (text: string): string => {
  const match = MOMENT.exec(text.replace(/\[.*\]$/, ''));
  if (!match) throw badTime('a time is out of range');
  const [, digits, month, day, time, seconds = ':00', part, hours, minutes = '00', before] = match as unknown as [
    string,
    string,
    string,
    string,
    string,
    string?,
    string?,
    string?,
    string?,
    string?,
  ];
  const at = new Date(milliseconds(yearOf(digits, before), month, day, time + seconds, hours === undefined ? 'Z' : `${hours}:${minutes}`));
  const [year, end] = shownYear(at.getUTCFullYear());
  return `${year}${at.toISOString().slice(-20, -5)}${fraction(part, 3)}Z${end}`;
};

const local = (text: string): readonly [string, string, string] => {
  const match = LOCAL.exec(text);
  if (!match) throw badTime('a time is out of range');
  const [, digits, month, day, time = '00:00', seconds = ':00', part, before] = match as unknown as [
    string,
    string,
    string,
    string,
    string?,
    string?,
    string?,
    string?,
  ];
  const year = yearOf(digits, before);
  milliseconds(year, month, day, time + seconds);
  const [shown, end] = shownYear(year);
  return [`${shown}-${month}-${day}`, `T${time}${seconds}${fraction(part)}`, end];
};

/** A time of day; one with a zone in UTC. */
const hour = (text: string, isZoned: boolean): string => {
  const match = HOUR.exec(text);
  if (!match) throw badTime('a time is out of range');
  const [, time, seconds = ':00', digits, hours, minutes = '00'] = match as unknown as [string, string, string?, string?, string?, string?];
  const at = milliseconds(2000, '01', '02', time + seconds, hours === undefined ? 'Z' : `${hours}:${minutes}`);
  return `${isZoned ? new Date(at).toISOString().slice(11, 19) : time + seconds}${fraction(digits)}${isZoned ? 'Z' : ''}`;
};

/** Years are months and weeks are days, as graphs keep them; hours, minutes and seconds are one amount. */
const duration = (text: string): string => {
  const match = DURATION.exec(text);
  if (!match || /[PT]$/.test(text.replace(/(?<=.)T$/, ''))) throw badTime('a duration is not written as one, such as "P1DT2H30M"');
  const sign = match[1] === undefined ? 1 : -1;
  const [years, months, weeks, days, hours, minutes, seconds] = match.slice(2, 9).map((part) => sign * Number(part ?? 0)) as [
    number,
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  if ([years, months, weeks, days, hours, minutes].some((part) => !Number.isInteger(part)))
    throw badTime('a duration may have a fraction of seconds only');
  const whole = hours * 3600 + minutes * 60 + seconds;
  const isBelow = (match[8] ?? '').startsWith('-') !== sign < 0;
  const nanoseconds = BigInt(whole) * 1_000_000_000n + BigInt((match[9] ?? '').padEnd(9, '0')) * (isBelow ? -1n : 1n);
  const [size, minus] = nanoseconds < 0n ? [-nanoseconds, '-'] : [nanoseconds, ''];
  const rest = size % 60_000_000_000n;
  const parts = (units: readonly (readonly [number | bigint, string])[], before = '') =>
    units.map(([count, unit]) => (Number(count) === 0 ? '' : `${before}${count}${unit}`)).join('');
  const second = rest === 0n ? '' : `${minus}${rest / 1_000_000_000n}${fraction(String(rest % 1_000_000_000n).padStart(9, '0'))}S`;
  const [allMonths, allDays] = [years * 12 + months, weeks * 7 + days];
  const date = parts([
    [Math.trunc(allMonths / 12), 'Y'],
    [allMonths % 12, 'M'],
    [allDays, 'D'],
  ]);
  const time =
    parts(
      [
        [size / 3_600_000_000_000n, 'H'],
        [(size / 60_000_000_000n) % 60n, 'M'],
      ],
      minus,
    ) + second;
  return date + time === '' ? 'PT0S' : `P${date}${time === '' ? '' : `T${time}`}`;
};

const FORMS: Readonly<Record<string, (text: string) => string>> = {
  DateTime: moment,
  LocalDateTime: (text) => local(text).join(''),
  Date: (text) => {
    const [day, , end] = local(text);
    return day + end;
  },
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

/** A time as a graph takes it: years before 1 and after 9999 with a sign and six digits. */
export const sentTime = (scalar: string, text: string): string => {
  if (/infinity/i.test(text)) throw badTime(`${scalar} of a node or relationship cannot be ${text}`);
  const said = timeText(scalar, text);
  const [, digits, rest, before] = /^(\d{4,7})(-.*?)( BC)?$/.exec(said) ?? [];
  if (digits === undefined || !HAS_YEAR.has(scalar)) return said;
  const year = before === undefined ? Number(digits) : 1 - Number(digits);
  return year >= 0 && year <= 9999
    ? String(year).padStart(4, '0') + rest!
    : `${year < 0 ? '-' : '+'}${String(Math.abs(year)).padStart(6, '0')}${rest!}`;
};

const HAS_YEAR: ReadonlySet<string> = new Set(['DateTime', 'LocalDateTime', 'Date']);

/** A time that a graph has given. Moments in UTC, of which there are many, are sound as they are. */
export const givenTime = (scalar: string, text: string): string =>
  scalar === 'DateTime' && text.length === 'YYYY-MM-DDThh:mm:ssZ'.length && text.endsWith('Z') && text >= '0001'
    ? `${text.slice(0, -1)}.000Z`
    : timeText(scalar, text);

/** Nanoseconds since 1970 of a time that clients see, with a year: what times are put in order by. */
export const timeOrder = (text: string): bigint => {
  const match = LOCAL.exec(text.replace(/Z( BC)?$/, '$1'));
  if (!match) throw badTime('a time is out of range');
  const [, digits, month, day, time = '00:00', seconds = ':00', part = '', before] = match as unknown as [
    string,
    string,
    string,
    string,
    string?,
    string?,
    string?,
    string?,
  ];
  return BigInt(milliseconds(yearOf(digits, before), month, day, time + seconds)) * 1_000_000n + BigInt(part.padEnd(9, '0'));
};
