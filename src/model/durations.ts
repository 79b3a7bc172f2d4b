import { GatewayError } from '../errors.js';

/** A length of time as PostgreSQL and graphs keep it: three amounts that are not turned into each other. */
export interface Duration {
  readonly months: bigint;
  readonly days: bigint;
  readonly nanoseconds: bigint;
}

/** Every unit at most once, the largest first; only seconds have a fraction, which `PT-0.5S` and `-PT0.5S` both say. */
const DURATION =
  /^(-)?P(?=.)(?:(-?\d{1,19})Y)?(?:(-?\d{1,19})M)?(?:(-?\d{1,19})W)?(?:(-?\d{1,19})D)?(?:T(?=.)(?:(-?\d{1,19})H)?(?:(-?\d{1,19})M)?(?:(-)?(\d{1,19})(?:\.(\d{1,9})0*)?S)?)?$/;
const FRACTION = /\d\.\d+[YMWDH]|T.*\d\.\d+M/;

const SECOND = 1_000_000_000n;
const [MINUTE, HOUR] = [60n * SECOND, 3_600n * SECOND];

/** Neo4j counts the seconds of all three amounts together, of a month its mean, in 64 bits: that is more than PostgreSQL has. */
const [MONTH, DAY, LIMIT] = [2_629_746n, 86_400n, 2n ** 63n];

/** A duration, or what is wrong with a text that is none. */
export const readDuration = (text: string): Duration | string => {
  const match = DURATION.exec(text);
  if (!match)
    return FRACTION.test(text) ? 'a duration may have a fraction of seconds only' : 'a duration is not written as one, such as "P1DT2H30M"';
  const [years, months, weeks, days, hours, minutes] = match.slice(2, 8).map((part = '0') => BigInt(part)) as [
    bigint,
    bigint,
    bigint,
    bigint,
    bigint,
    bigint,
  ];
  const [minus, seconds = '0', fraction = ''] = match.slice(8);
  const rest = BigInt(seconds) * SECOND + BigInt(fraction.padEnd(9, '0'));
  const sign = match[1] === undefined ? 1n : -1n;
  const duration = {
    months: sign * (years * 12n + months),
    days: sign * (weeks * 7n + days),
    nanoseconds: sign * (hours * HOUR + minutes * MINUTE + (minus === undefined ? rest : -rest)),
  };
  const { months: m, days: d, nanoseconds } = duration;
  const whole = [m, d, nanoseconds / SECOND, m * MONTH + d * DAY + nanoseconds / SECOND];
  return whole.some((amount) => amount >= LIMIT || amount < -LIMIT) ? 'a duration is out of range' : duration;
};

/** @throws GatewayError VALUE_INVALID */
export const durationOf = (text: string): Duration => {
  const duration = readDuration(text);
  if (typeof duration === 'string') throw new GatewayError('VALUE_INVALID', { detail: duration });
  return duration;
};

/** A duration as PostgreSQL writes it: `P1Y2M10DT2H30M4.5S`, and a minus before each part that has one. */
export const writeDuration = ({ months, days, nanoseconds }: Duration): string => {
  const [size, minus] = nanoseconds < 0n ? [-nanoseconds, '-'] : [nanoseconds, ''];
  const part = (count: bigint, unit: string, before = '') => (count === 0n ? '' : `${before}${count}${unit}`);
  const seconds = size % MINUTE;
  const fraction = String(seconds % SECOND)
    .padStart(9, '0')
    .replace(/0+$/, '');
  const second = seconds === 0n ? '' : `${minus}${seconds / SECOND}${fraction === '' ? '' : `.${fraction}`}S`;
  const date = part(months / 12n, 'Y') + part(months % 12n, 'M') + part(days, 'D');
  const time = part(size / HOUR, 'H', minus) + part((size / MINUTE) % 60n, 'M', minus) + second;
  return date + time === '' ? 'PT0S' : `P${date}${time === '' ? '' : `T${time}`}`;
};
