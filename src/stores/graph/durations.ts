import { GatewayError } from '../../errors.js';

/** The driver's class of durations, whose seconds are rounded down: less by half a second are -1 and 500,000,000 nanoseconds. */
interface DriverDuration {
  readonly months: unknown;
  readonly days: unknown;
  readonly seconds: unknown;
  readonly nanoseconds: unknown;
  toString(): string;
}

export const isDriverDuration = (value: object): value is DriverDuration => '__isDuration__' in value;

const SECOND = 1_000_000_000n;

const refused = (detail: string) => new GatewayError('VALUE_INVALID', { detail: `the embedded graph keeps no duration ${detail}` });

/**
 * A duration as Grafeo takes it. Of a fraction that goes back it reads the minus only before the whole (`-P1DT0.5S`), and it counts
 * nanoseconds in 64 bits.
 *
 * @throws GatewayError VALUE_INVALID where Grafeo would go on with another
 */
export const grafeoDuration = (duration: DriverDuration): string => {
  const [months, days, seconds, rest] = [duration.months, duration.days, duration.seconds, duration.nanoseconds].map((part) =>
    BigInt(String(part)),
  ) as [bigint, bigint, bigint, bigint];
  const nanoseconds = seconds * SECOND + rest;
  const size = nanoseconds < 0n ? -nanoseconds : nanoseconds;
  if (size >= 2n ** 63n) throw refused('whose hours, minutes and seconds are more than 292 years');
  if (nanoseconds >= 0n || rest === 0n) return duration.toString();
  if (months > 0n || days > 0n) throw refused('that goes forward by days and back by a fraction of a second');
  const fraction = String(size % SECOND).padStart(9, '0');
  return `-P${-months}M${-days}DT${size / SECOND}.${fraction}S`;
};
