import type { Config } from '../config.js';
import { GatewayError } from '../errors.js';

/** How many rows a list may give, how far a question to the graph may go, and how much one request may ask and read. */
export type Limits = Pick<
  Config,
  | 'defaultRows'
  | 'maxRows'
  | 'probeKeys'
  | 'maxKeys'
  | 'maxTraversed'
  | 'maxAnalysedNodes'
  | 'maxAnalysedRelationships'
  | 'maxRequestRows'
  | 'maxAnswerBytes'
  | 'maxConditions'
  | 'maxListEntries'
  | 'maxSortWords'
  | 'maxTextLength'
  | 'maxVariables'
  | 'maxValueDepth'
>;

/** @throws GatewayError LIMIT_EXCEEDED naming default and maximum */
export const limitOf = (
  field: string,
  value: unknown,
  { defaultRows, maxRows }: Pick<Limits, 'defaultRows' | 'maxRows'>,
  argument = 'limit',
  minimum = 0,
): number => (value === null || value === undefined ? defaultRows : within(field, argument, value, minimum, maxRows, defaultRows));

export const offsetOf = (field: string, value: unknown): number =>
  value === null || value === undefined ? 0 : within(field, 'offset', value, 0, 2_147_483_647, 0);

export const depthOf = (field: string, value: unknown, maxDepth: number, usual: number): number =>
  within(field, 'depth', value ?? usual, 1, maxDepth, usual);

export const within = (field: string, argument: string, value: unknown, minimum: number, maximum: number, fallback: number): number => {
  if (typeof value === 'number' && Number.isInteger(value) && value >= minimum && value <= maximum) return value;
  throw new GatewayError('LIMIT_EXCEEDED', { argument, field, minimum, maximum, default: fallback, value: String(value) });
};
