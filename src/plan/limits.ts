import { GatewayError } from '../errors.js';

/** How many rows a list may give. */
export interface Limits {
  /** Rows of a list whose query sets no limit. @default 100 */
  readonly defaultRows: number;
  /** Most rows a list may be asked for. @default 1_000 */
  readonly maxRows: number;
}

/** @throws GatewayError LIMIT_EXCEEDED naming default and maximum */
export const limitOf = (field: string, value: unknown, { defaultRows, maxRows }: Limits, argument = 'limit', minimum = 0): number =>
  value === null || value === undefined ? defaultRows : within(field, argument, value, minimum, maxRows, defaultRows);

export const offsetOf = (field: string, value: unknown): number =>
  value === null || value === undefined ? 0 : within(field, 'offset', value, 0, 2_147_483_647, 0);

export const depthOf = (field: string, value: unknown, maxDepth: number): number => within(field, 'depth', value ?? Math.min(5, maxDepth), 1, maxDepth, Math.min(5, maxDepth));

export const within = (field: string, argument: string, value: unknown, minimum: number, maximum: number, fallback: number): number => {
  if (typeof value === 'number' && Number.isInteger(value) && value >= minimum && value <= maximum) return value;
  throw new GatewayError('LIMIT_EXCEEDED', { argument, field, minimum, maximum, default: fallback, value: String(value) });
};
