/**
 * Every error the gateway raises on purpose, in one table: the code a client or an operator sees, and the text. A text says what was expected, what came, and what to do.
 */
export const ERRORS = {
  CONFIG_INVALID: '{detail}',
  PORT_IN_USE: 'Port {port} on {host} is already in use. Stop what listens there, or set PORT to a free one.',
  DATA_FOLDER: 'The data folder {path} cannot be used: {detail}. Choose another with --data DIR, or keep nothing with --memory.',
  SCHEMA_INVALID: 'The schema has {count}:\n{detail}',
  SCHEMA_MISMATCH: 'The schema does not fit the stores, {count}:\n{detail}',
  EMBEDDING_MISMATCH:
    '{collection} says vectors of {held} dimensions, but the embedding model gives {given}. Set it to the size of the model.',
  LOGIN_REFUSED:
    'The {store} store ({where}) does not let the gateway in: {detail}. Waiting does not mend this. Correct {settings}, or what that server allows.',
  STORE_UNAVAILABLE: 'The {store} store is not available: {detail}. Try again when /health/ready reports it ready.',
  POOL_EXHAUSTED:
    'All {size} connections to the {store} store were in use for as long as the request could wait. Try again; operator: look for what waits for locks in it.',
  STORE_TIMEOUT: 'The {store} store did not answer within {limit}. Ask for less, or try again.',
  EMBEDDINGS_UNAVAILABLE:
    'No text can be embedded: {detail}. Try again; operator: check EMBEDDINGS_URL and EMBEDDINGS_MODEL where they are set.',
  REQUEST_TIMEOUT: 'The request took longer than {timeoutMs} ms. Ask for less, or try again.',
  REQUEST_CANCELLED: 'The client went away before the request was answered.',
  COMMIT_UNKNOWN:
    'The connection was lost while the changes were being committed, so they may be written or not. Read the rows before trying again.',
  WRITTEN_UNREAD:
    'The changes are written, but not all that was selected could be read: {fact} Do not send the mutation again: read the rows with a query.',
  SUBSCRIPTIONS_UNSUPPORTED:
    'This gateway answers queries and mutations, but no subscriptions. Ask with a query, and again when you want to know more.',
  EXPLAIN_OFF:
    'This gateway does not explain its answers, but the header {header} asks for it. Leave the header out; operator: set EXPLAIN=on.',
  HTTP_INVALID: 'The request is not HTTP that can be read: {detail}. Send HTTP/1.1, with a header host.',
  EXPECTATION_FAILED: 'The only expectation that is met is 100-continue. Leave the header expect out.',
  HEADERS_TOO_LARGE: 'The headers of a request may have at most {maximum} bytes. Send fewer or shorter ones.',
  BODY_SLOW: 'The request did not arrive whole within {seconds} s. Send it at once.',
  BODY_TOO_LARGE: 'A request body may have at most {maximum} bytes. Send less, or in several requests.',
  BODY_UNSUPPORTED: 'A GraphQL request must be JSON in UTF-8 (content-type: application/json), not encoded any further, but got {what}.',
  BODY_INVALID: 'The request body is not {what}.',
  PREFLIGHT_MISSING:
    'A GET must carry a header that a page of somebody else cannot send along: content-type: application/json, or apollo-require-preflight: true. Add one of them, or send a POST.',
  NOT_FOUND: 'There is nothing at {path}. GraphQL is at {endpoint}, health at /health/live and /health/ready.',
  METHOD_NOT_ALLOWED: '{path} takes {methods}, but got {method}.',
  HOST_REFUSED: 'This gateway does not answer to the name {host}. Use localhost, or, operator: add the name to ALLOWED_HOSTS.',
  OPERATION_TOO_LARGE: 'An operation may have {maximum} {what}, but this one has {count}. Ask in several steps.',
  TOO_MANY_ROWS:
    'The request reads more than {maximum} rows. Ask for fewer with limit or where, or in several requests; operator: {setting}.',
  ANSWER_TOO_LARGE:
    'The answer has more than {maximum} bytes. Ask for fewer rows or fields, or in several requests; operator: MAX_ANSWER_BYTES.',
  INPUT_TOO_LARGE:
    'An operation may have {maximum} {what}, but this one has {count}. Send fewer, or in several requests; operator: {setting}.',
  LIMIT_EXCEEDED: 'Argument {argument} of {field} must be a whole number from {minimum} to {maximum} (default {default}), but got {value}.',
  TOO_MANY_KEYS: '{field} matches more than {maximum} rows, too many to search among. Narrow the where argument.',
  TOO_MANY_RELATIONSHIPS:
    '{field} would look at more than {maximum} relationships from one node. Ask for a smaller depth, or narrow the edge argument.',
  SUBGRAPH_TOO_LARGE: 'The subgraph has more than {maximum} {what}, too many to analyse. Narrow types, relationships or where.',
  TOO_MANY_VALUES: 'One statement would need more than {maximum} values. Send fewer conditions or rows at once.',
  BAD_CURSOR: 'Argument {argument} of {field} must be a cursor that {field} returned for the same sort, but got {value}.',
  BAD_WHERE: 'Argument where of {field}: {detail}',
  BAD_INPUT: 'Argument {argument} of {field}: {detail}',
  UNIQUE_VIOLATION: 'A {type} with the same {fields} already exists. Nothing was written.',
  FOREIGN_KEY_VIOLATION:
    'The {type} refers to, or is referred to by, a row through {fields} that does not allow this. Nothing was written.',
  NOT_NULL_VIOLATION: 'A {type} needs a value for {fields}, but got none. Nothing was written.',
  CHECK_VIOLATION: 'A value of {type} breaks {rule}. Nothing was written.',
  CONNECT_NOT_UNIQUE: 'connect needs a where that matches one row, but it matched several. Nothing was written.',
  EXCLUSION_VIOLATION: 'A {type} whose {fields} may not stand beside these already exists. Nothing was written.',
  FORBIDDEN: 'You may not {right} this {type}. Nothing was written.',
  WRITE_REFUSED: 'The database refuses this change of {type}{words}. Nothing was written.',
  ROWS_REFUSED: 'The table took {written} of {count} rows of {type}: a trigger or rule of it leaves the others out. Nothing was written.',
  ROW_CHANGED: 'The {type} has changed since its rowToken was read, or is gone. Nothing was written. Read it again before trying again.',
  WRITE_CONFLICT: 'Others were writing the same rows in all of {tries} attempts. Nothing was written. Try again.',
  VALUE_INVALID: 'A value does not fit its place: {detail}.',
  DATA_INVALID: 'A value that is stored does not fit the type of its field: {detail}.',
  PROJECTION_FAILED:
    'The {type} rows are written, but their copies in {copies} are not: {detail} Do not create them again: update the rows to write the copies, or fill what lacks them again.',
  ROLLED_BACK: 'Not written: {other} failed ({reason}), and all table mutations of an operation are written together or not at all.',
} as const satisfies Record<string, string>;

export type ErrorCode = keyof typeof ERRORS;

/** An error meant to be read by its receiver. Anything else that is thrown is masked at the edge. */
export class GatewayError extends Error {
  readonly code: ErrorCode;
  /** graphql-js copies this onto the GraphQL error. */
  readonly extensions: Readonly<Record<string, unknown>>;

  constructor(
    code: ErrorCode,
    parts: Readonly<Record<string, unknown>> = {},
    options?: { cause?: unknown; extensions?: Record<string, unknown> },
  ) {
    const text = ERRORS[code].replace(/\{(\w+)\}/g, (_, name: string) => String(parts[name]));
    super(text, options?.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'GatewayError';
    this.code = code;
    this.extensions = { code, ...options?.extensions };
  }
}

/** "1 fault" or "3 faults". */
export const counted = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`;

/** Of a text of a million characters it is enough to see the first. */
export const shortened = (text: string): string => (text.length > 100 ? `${text.slice(0, 100)}...` : text);

/** The message of anything thrown, without a stack. */
export const messageOf = (thrown: unknown): string => (thrown instanceof Error ? thrown.message : String(thrown));
