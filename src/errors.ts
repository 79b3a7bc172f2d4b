/**
 * Every error the gateway raises on purpose, in one table: the code a client or an operator sees, the text, and the HTTP
 * status when the whole request is refused. A text says what was expected, what came, and what to do.
 */
export const ERRORS = {
  CONFIG_INVALID: { status: 500, text: '{detail}' },
  PORT_IN_USE: { status: 500, text: 'Port {port} on {host} is already in use. Stop what listens there, or set PORT to a free one.' },
  DATA_FOLDER: { status: 500, text: 'The data folder {path} cannot be used: {detail}. Choose another with --data DIR, or keep nothing with --memory.' },
  SCHEMA_INVALID: { status: 500, text: 'The schema has {count}:\n{detail}' },
  SCHEMA_MISMATCH: { status: 500, text: 'The schema does not fit the stores, {count}:\n{detail}' },
  EMBEDDING_MISMATCH: {
    status: 500,
    text: '{collection} says vectors of {held} dimensions, but the embedding model gives {given}. Set it to the size of the model.',
  },
  STORE_UNAVAILABLE: { status: 503, text: 'The {store} store is not available: {detail}. Try again when /health/ready reports it ready.' },
  STORE_TIMEOUT: { status: 504, text: 'The {store} store did not answer within {timeoutMs} ms. Ask for less, or try again.' },
  EMBEDDINGS_UNAVAILABLE: { status: 503, text: 'The embeddings server cannot be used: {detail}. Check EMBEDDINGS_URL and EMBEDDINGS_MODEL, or try again.' },
  REQUEST_TIMEOUT: { status: 504, text: 'The request took longer than {timeoutMs} ms. Ask for less, or try again.' },
  REQUEST_CANCELLED: { status: 499, text: 'The client went away before the request was answered.' },
  COMMIT_UNKNOWN: { status: 503, text: 'The connection was lost while the changes were being committed, so they may be written or not. Read the rows before trying again.' },
  LIMIT_EXCEEDED: { status: 400, text: 'Argument {argument} of {field} must be a whole number from {minimum} to {maximum} (default {default}), but got {value}.' },
  TOO_MANY_KEYS: { status: 400, text: '{field} matches more than {maximum} rows, too many to search among. Narrow the where argument.' },
  BAD_CURSOR: { status: 400, text: 'Argument after of {field} must be a cursor that {field} returned for the same sort, but got {value}.' },
  BAD_WHERE: { status: 400, text: 'Argument where of {field}: {detail}' },
  BAD_INPUT: { status: 400, text: 'Argument {argument} of {field}: {detail}' },
  UNIQUE_VIOLATION: { status: 409, text: 'A {type} with the same {fields} already exists. Nothing was written.' },
  FOREIGN_KEY_VIOLATION: { status: 409, text: 'The {type} refers to, or is referred to by, a row through {fields} that does not allow this. Nothing was written.' },
  NOT_NULL_VIOLATION: { status: 400, text: 'A {type} needs a value for {fields}, but got none. Nothing was written.' },
  CHECK_VIOLATION: { status: 400, text: 'A value of {type} breaks the rule {constraint}. Nothing was written.' },
  CONNECT_NOT_UNIQUE: { status: 400, text: 'connect needs a where that matches one row, but it matched several. Nothing was written.' },
  VALUE_INVALID: { status: 400, text: 'A value does not fit its place: {detail}.' },
  PROJECTION_FAILED: { status: 200, text: 'The {type} rows are written, but their copies in the {store} store are not: {detail}. Run the operation again, or fill that store again.' },
  ROLLED_BACK: { status: 200, text: 'Not written: {other} failed ({reason}), and all table mutations of an operation are written together or not at all.' },
} as const satisfies Record<string, { status: number; text: string }>;

export type ErrorCode = keyof typeof ERRORS;

/** An error meant to be read by its receiver. Anything else that is thrown is masked at the edge. */
export class GatewayError extends Error {
  readonly code: ErrorCode;
  readonly status: number;
  /** graphql-js copies this onto the GraphQL error. */
  readonly extensions: Readonly<Record<string, unknown>>;

  constructor(code: ErrorCode, parts: Readonly<Record<string, unknown>> = {}, options?: { cause?: unknown; extensions?: Record<string, unknown> }) {
    const text = ERRORS[code].text.replace(/\{(\w+)\}/g, (_, name: string) => String(parts[name]));
    super(text, options?.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'GatewayError';
    this.code = code;
    this.status = ERRORS[code].status;
    this.extensions = { code, ...options?.extensions };
  }
}

/** "1 fault" or "3 faults". */
export const counted = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`;

/** The message of anything thrown, without a stack. */
export const messageOf = (thrown: unknown): string => (thrown instanceof Error ? thrown.message : String(thrown));
