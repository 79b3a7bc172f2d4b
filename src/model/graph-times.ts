import { GatewayError } from '../errors.js';
import { durationOf, writeDuration, type Duration } from './durations.js';

/** Times of nodes and relationships as text: how they are sent to a graph, and how clients see what it gives. */

const badTime = (detail: string) => new GatewayError('VALUE_INVALID', { detail });

/** A day as clients write it ("0044-03-15 BC" has its two letters at the end), or as a graph does: "-0043-03-15", "+012026-03-15". */
const DAY = '([+-]?\\d{3,7})-(\\d\\d)-(\\d\\d)';
const CLOCK = '(\\d\\d:\\d\\d)(:\\d\\d)?(?:\\.(\\d{1,9})0*)?';
const ZONE = '(?:Z|([+-]\\d\\d(?::?\\d\\d(?::?\\d\\d)?)?))?';
const MOMENT = new RegExp(`^${DAY}[T ]${CLOCK}${ZONE}( BC)?$`, 'i');
const LOCAL = new RegExp(`^${DAY}(?:[T ]${CLOCK})?( BC)?$`, 'i');
const HOUR = new RegExp(`^${CLOCK}${ZONE}$`, 'i');

/** The digits behind the point, without those that say nothing, and at least so many. */
const fraction = (digits: string | undefined, least = 0): string => {
  const said = (digits ?? '').replace(/0+$/, '').padEnd(least, '0');
  return said === '' ? '' : `.${said}`;
};

/** Seconds of a time of day, or of how far a zone is from UTC. */
const secondsOf = (text: string): number => {
  const [hours, minutes = 0, seconds = 0] = text.replace(/^[+-]/, '').match(/\d\d/g)!.map(Number) as [number, number?, number?];
  if (hours > 23 || minutes > 59 || seconds > 59) throw badTime('a time is out of range');
  return (text.startsWith('-') ? -1 : 1) * (hours * 3_600 + minutes * 60 + seconds);
};

/** Milliseconds since 1970; the year 0 is 1 BC. */
const milliseconds = (year: number, month: string, day: string, time: string, zone = '+00'): number => {
  const at = new Date(0).setUTCFullYear(year, Number(month) - 1, Number(day));
  const date = new Date(at);
  // JavaScript takes the 30th of February for the 2nd of March.
  if (date.getUTCMonth() !== Number(month) - 1 || date.getUTCDate() !== Number(day)) throw badTime('a time is out of range');
  return at + (secondsOf(time) - secondsOf(zone)) * 1_000;
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
  const [, digits, month, day, time, seconds = ':00', part, zone, before] = match as unknown as [
    string,
    string,
    string,
    string,
    string,
    string?,
    string?,
    string?,
    string?,
  ];
  const at = new Date(milliseconds(yearOf(digits, before), month, day, time + seconds, zone));
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
  const [, time, seconds = ':00', digits, zone] = match as unknown as [string, string, string?, string?, string?];
  const at = milliseconds(2000, '01', '02', time + seconds, zone);
  return `${isZoned ? new Date(at).toISOString().slice(11, 19) : time + seconds}${fraction(digits)}${isZoned ? 'Z' : ''}`;
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
  Duration: (text) => writeDuration(durationOf(text)),
};

/** Scalars of times. */
export const TIMES = Object.keys(FORMS);

/**
 * A time in the one form that it has in graphs and for clients, whoever wrote it.
 *
 * @throws GatewayError VALUE_INVALID
 */
export const timeText = (scalar: string, text: string): string => (FORMS[scalar] ? FORMS[scalar](text) : text);

/** With its minus in front: some graphs read one before a fraction of a second as if it were not there. */
const sentDuration = ({ months, days, nanoseconds }: Duration): string =>
  nanoseconds < 0n
    ? `-${writeDuration({ months: -months, days: -days, nanoseconds: -nanoseconds })}`
    : writeDuration({ months, days, nanoseconds });

/** A time as a graph takes it: years before 1 and after 9999 with a sign and six digits. */
export const sentTime = (scalar: string, text: string): string => {
  if (/infinity/i.test(text)) throw badTime(`${scalar} of a node or relationship cannot be ${text}`);
  if (scalar === 'Duration') return sentDuration(durationOf(text));
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
