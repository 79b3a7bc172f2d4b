import { GatewayError } from '../errors.js';

/** How many rows a list may give, and how far a question to the graph may go. */
export interface Limits {
  /** Rows of a list whose query sets no limit. @default 100 */
  readonly defaultRows: number;
  /** Most rows a list may be asked for. @default 1_000 */
  readonly maxRows: number;
  /** Keys that a store is first asked for where conditions of several stores must hold. @default 2_000 */
  readonly probeKeys: number;
  /** Most keys that one store hands to another for one condition or order. @default 100_000 */
  readonly maxKeys: number;
  /** Most relationships that a traversal may look at from one node. @default 10_000 */
  readonly maxTraversed: number;
  /** Most nodes of a subgraph that is analysed. @default 20_000 */
  readonly maxAnalysedNodes: number;
  /** Most relationships of a subgraph that is analysed. @default 200_000 */
  readonly maxAnalysedRelationships: number;
  /** Most rows that a request reads for its answer. @default 100_000 */
  readonly maxRequestRows: number;
  /** Most bytes of an answer. @default 33_554_432 (32 MiB) */
  readonly maxAnswerBytes: number;
  /** Most conditions of an operation, each use of a variable counted. @default 1_000 */
  readonly maxConditions: number;
  /** Most entries of the lists in an operation's conditions and variables. @default 50_000 */
  readonly maxListEntries: number;
  /** Most words of a `sort`. @default 32 */
  readonly maxSortWords: number;
  /** Longest text that is searched for, in characters. @default 10_000 */
  readonly maxTextLength: number;
  /** Most variables of an operation. @default 500 */
  readonly maxVariables: number;
  /** Deepest nesting of lists and objects in a value. @default 100 */
  readonly maxValueDepth: number;
}

/** @throws GatewayError LIMIT_EXCEEDED naming default and maximum */
export const limitOf = (field: string, value: unknown, { defaultRows, maxRows }: Pick<Limits, 'defaultRows' | 'maxRows'>, argument = 'limit', minimum = 0): number =>
  value === null || value === undefined ? defaultRows : within(field, argument, value, minimum, maxRows, defaultRows);

export const offsetOf = (field: string, value: unknown): number =>
  value === null || value === undefined ? 0 : within(field, 'offset', value, 0, 2_147_483_647, 0);

export const depthOf = (field: string, value: unknown, maxDepth: number, usual: number): number => within(field, 'depth', value ?? usual, 1, maxDepth, usual);

export const within = (field: string, argument: string, value: unknown, minimum: number, maximum: number, fallback: number): number => {
  if (typeof value === 'number' && Number.isInteger(value) && value >= minimum && value <= maximum) return value;
  throw new GatewayError('LIMIT_EXCEEDED', { argument, field, minimum, maximum, default: fallback, value: String(value) });
};
