/** Times as PostgreSQL compares them: in microseconds as bigint, infinite ones as numbers, which JavaScript compares with bigint. */
export type Time = bigint | number;

const MOMENT =
  /^(\d{4,7})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d)(?:\.(\d+))?)?)? ?(Z|[+-](?:0\d|1[0-5])(?::?[0-5]\d(?::?[0-5]\d)?)?)?( BC)?$/i;
const CLOCK = /^(\d\d):(\d\d)(?::(\d\d)(?:\.(\d+))?)?$/;
const ENDLESS = /^([+-]?)infinity$/i;

const DAY = 86_400_000_000n;
const [FIRST_YEAR, LAST_YEAR, LAST_YEAR_OF_DAYS] = [-4_713, 294_276, 5_874_897];

/** A timestamp, in UTC where it has no zone. A column without a zone ignores the zone of a text. */
export const readMoment =
  (hasZone: boolean) =>
  (text: string): Time | undefined => {
    const { day, clock, zone } = partsOf(text, LAST_YEAR) ?? {};
    if (day === undefined || clock === undefined) return day;
    return BigInt(day) * DAY + clock - (hasZone && zone ? offsetOf(zone) : 0n);
  };

export const readDay = (text: string): Time | undefined => partsOf(text, LAST_YEAR_OF_DAYS)?.day;

export const readClock = (text: string): Time | undefined => {
  const [, ...parts] = CLOCK.exec(text) ?? [];
  return parts.length === 0 ? undefined : clockOf(parts);
};

export const compareTimes = (left: Time, right: Time): number => (left < right ? -1 : Number(left > right));

interface Parts {
  readonly day: number;
  /** Not for an infinite date. */
  readonly clock?: bigint;
  readonly zone?: string | undefined;
}

const partsOf = (text: string, lastYear: number): Parts | undefined => {
  const endless = ENDLESS.exec(text);
  if (endless) return { day: endless[1] === '-' ? -Infinity : Infinity };
  const [, digits, month, date, hours = '00', minutes = '00', seconds, part, zone, before] = MOMENT.exec(text) ?? [];
  if (digits === undefined) return undefined;
  const [count, year] = [Number(digits), before === undefined ? Number(digits) : 1 - Number(digits)];
  const day = dayOf(year, Number(month), Number(date));
  const clock = clockOf([hours, minutes, seconds, part]);
  const isIn = count > 0 && year <= lastYear && (year > FIRST_YEAR || (year === FIRST_YEAR && `${month}-${date}` >= '11-24'));
  return day !== undefined && clock !== undefined && isIn ? { day, clock, zone } : undefined;
};

/** Days since 1970; 1 BC is the year 0. Undefined for a day that does not exist. */
const dayOf = (year: number, month: number, day: number): number | undefined => {
  const isLeap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  const most = [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1] ?? 0;
  if (day < 1 || day > most) return undefined;
  // The year begins with March, so that its last day is the one that may be missing.
  const shifted = month > 2 ? year : year - 1;
  const era = Math.floor(shifted / 400);
  const ofEra = shifted - era * 400;
  const ofYear = Math.floor((153 * (month > 2 ? month - 3 : month + 9) + 2) / 5) + day - 1;
  return era * 146_097 + ofEra * 365 + Math.floor(ofEra / 4) - Math.floor(ofEra / 100) + ofYear - 719_468;
};

/** 24:00:00 is the end of a day, and second 60 the start of the next minute. */
const clockOf = (parts: readonly (string | undefined)[]): bigint | undefined => {
  const [hours, minutes, seconds, part] = [
    Number(parts[0]),
    Number(parts[1]),
    Number(parts[2] ?? 0),
    rounded(Number(`0.${parts[3] ?? 0}`) * 1e6),
  ];
  if (hours > 24 || minutes > 59 || seconds > 60 || (hours === 24 && minutes + seconds + part > 0)) return undefined;
  return BigInt((hours * 60 + minutes) * 60 + seconds) * 1_000_000n + BigInt(part);
};

/** Like C's rint: halves round to even. */
const rounded = (number: number): number => {
  const up = Math.round(number);
  return up - number === 0.5 && up % 2 !== 0 ? up - 1 : up;
};

const offsetOf = (zone: string): bigint => {
  if (/^z$/i.test(zone)) return 0n;
  const [hours = 0, minutes = 0, seconds = 0] = zone.slice(1).replaceAll(':', '').match(/\d\d/g)!.map(Number);
  const offset = BigInt((hours * 60 + minutes) * 60 + seconds) * 1_000_000n;
  return zone.startsWith('-') ? -offset : offset;
};

const LENGTH = /^P(?=.)((?:-?[\d.]+[YMWD])*)(?:T(?=.)((?:-?[\d.]+[HMS])+))?$/;
const PART = /(-?)(\d*)(\.\d*)?([YMWDHS])/g;
const [HOUR, MINUTE, SECOND] = [3_600_000_000, 60_000_000, 1_000_000];

/** An interval as it is compared: a month is 30 days, a day 24 hours. A part of a month is days, and a part of a day hours. */
export const readLength = (text: string): Time | undefined => {
  const endless = ENDLESS.exec(text);
  if (endless) return endless[1] === '-' ? -Infinity : Infinity;
  const [, dates, clock = ''] = LENGTH.exec(text) ?? [];
  if (dates === undefined || /\.[^A-Z]*\./.test(text)) return undefined;
  let [months, days, micros] = [0, 0, 0n];
  const add = (part: number, micro: number): void => {
    micros += BigInt(Math.trunc(part * micro));
    const left = (part * micro) % 1;
    if (Math.abs(left) > 0.5) micros += BigInt(Math.sign(left));
  };
  const addDays = (part: number): void => {
    days += Math.trunc(part);
    add(part % 1, Number(DAY));
  };
  for (const [, minus, digits = '', decimals = '', unit] of `${dates} `.matchAll(PART)) {
    const sign = minus === '-' ? -1 : 1;
    const [whole, part] = [sign * Number(digits), sign * Number(`0${decimals}`)];
    if (unit === 'Y') months += whole * 12 + rounded(part * 12);
    else if (unit === 'M') {
      months += whole;
      addDays(part * 30);
    } else if (unit === 'W') {
      days += whole * 7;
      addDays(part * 7);
    } else {
      days += whole;
      addDays(part);
    }
  }
  for (const [, minus, digits = '', decimals = '', unit] of clock.replaceAll('M', 'D').matchAll(PART)) {
    const micro = unit === 'H' ? HOUR : unit === 'D' ? MINUTE : SECOND;
    micros += (minus === '-' ? -1n : 1n) * BigInt(digits || 0) * BigInt(micro);
    add((minus === '-' ? -1 : 1) * Number(`0${decimals}`), micro);
  }
  return BigInt(months * 30 + days) * DAY + micros;
};
