/** Whole numbers as the driver and Grafeo give and take them. */

interface DriverInteger {
  readonly low: number;
  readonly high: number;
  inSafeRange(): boolean;
  toNumber(): number;
  toBigInt(): bigint;
}

export const isDriverInteger = (value: object): value is DriverInteger => 'low' in value && 'high' in value && 'toBigInt' in value;

/**
 * A value that a graph has given, its whole numbers as numbers, and as text beyond 2^53, where a number would have other digits.
 * Lists and maps are changed in place: they are made anew for each answer, and a hop gives thousands of them.
 */
export const plainNumbers = (value: unknown): unknown => {
  if (typeof value !== 'object' || value === null) return typeof value === 'bigint' ? String(value) : value;
  if (Array.isArray(value)) {
    for (let index = 0; index < value.length; index += 1) {
      const given = value[index] as unknown;
      // Most are texts.
      if (typeof given === 'object' || typeof given === 'bigint') value[index] = plainNumbers(given);
    }
    return value;
  }
  if (isDriverInteger(value)) return value.inSafeRange() ? value.toNumber() : String(value.toBigInt());
  if (value instanceof Date) return value.toISOString().slice(0, -1);
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) return value;
  const map = value as Record<string, unknown>;
  for (const key in map) {
    const given = map[key];
    if (typeof given === 'object' || typeof given === 'bigint') map[key] = plainNumbers(given);
  }
  return map;
};
