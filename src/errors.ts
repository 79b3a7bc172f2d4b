/**
 * Every error that the gateway raises on purpose: the code that a client or an operator sees, and its message. A message says
 * what was expected, what came instead, and what to do.
 */
export const ERRORS = {
  CONFIG_INVALID: '{detail}',
  PORT_IN_USE: 'Port {port} on {host} is already in use. Stop the process that listens on it, or set PORT to a free port.',
  DATA_FOLDER: 'The data folder {path} cannot be used: {detail}. Choose another with --data DIR, or use --memory to keep nothing on disk.',
  SCHEMA_INVALID: 'The schema has {count}:\n{detail}',
  RULES_MISSING:
    'The gateway uses servers, and the schema does not say who may access {count}: {names}. Add @authorization, @authentication or ' +
    '@public to each.',
  SCHEMA_MISMATCH: 'The schema does not match the stores, {count}:\n{detail}',
  SCHEMA_DRIFT:
    'The stores have changed since the schema was written, {count}:\n{detail}\nRun `odras-gateway introspect` to bring them into the ' +
    'schema.',
  EMBEDDING_MISMATCH:
    "{collection} expects vectors of {held} dimensions, but the embedding model returns {given}. Set it to the model's number of " +
    'dimensions.',
  LOGIN_REFUSED:
    'The {store} store ({where}) rejects the login: {detail}. Retrying will not help. Correct {settings}, or the permissions on that ' +
    'server.',
  STORE_UNTRUSTED:
    'The {store} store ({where}) has a certificate that is not trusted: {detail}. If its authority is your own, set the environment ' +
    "variable NODE_EXTRA_CA_CERTS to the file of that authority's certificate, as PEM; otherwise correct the certificate, or the host in " +
    '{settings}.',
  STORE_UNAVAILABLE: 'The {store} store is not available: {detail}. Try again when /health/ready reports it ready.',
  POOL_EXHAUSTED:
    'All {size} connections to the {store} store were in use until the request timed out. Try again; operator: look for statements ' +
    'that wait for locks.',
  STORE_TIMEOUT: 'The {store} store did not answer within {limit}. Request less data, or try again.',
  EMBEDDINGS_UNAVAILABLE:
    'The embedding model is not available: {detail}. Try again; operator: check EMBEDDINGS_URL and EMBEDDINGS_MODEL if they are set.',
  REQUEST_TIMEOUT: 'The request took longer than {timeoutMs} ms. Request less data, or try again.',
  REQUEST_CANCELLED: 'The client closed the connection before the request was answered.',
  COMMIT_UNKNOWN:
    'The connection was lost during the commit, so the changes may or may not have been written. Read the rows before trying again.',
  WRITTEN_UNREAD:
    'The changes were written, but some of the selected data could not be read: {fact} Do not send the mutation again; read the rows ' +
    'with a query.',
  SUBSCRIPTION_NEEDS_STREAM:
    'A subscription has many results: send it over WebSocket with the protocol graphql-transport-ws, or with the header ' +
    'Accept: text/event-stream.',
  EXPLAIN_OFF:
    'The header {header} asks for an explanation, but this gateway has explanations turned off. Remove the header; operator: set ' +
    'EXPLAIN=on.',
  UNAUTHENTICATED: 'The request is not authenticated: {detail}. {remedy}.',
  AUTHENTICATION_UNAVAILABLE:
    'The keys that tokens are signed with are not available, so no token can be checked. Try again; operator: check JWT_JWKS_URL.',
  TOO_MANY_REQUESTS:
    'You may have {maximum} requests running at the same time, and this would be one more. Wait for the answer of another, then try ' +
    'again; operator: raise MAX_CONCURRENT_REQUESTS.',
  HTTP_INVALID: 'The request is not valid HTTP: {detail}. Send an HTTP/1.1 request with a Host header.',
  EXPECTATION_FAILED: 'The only supported value of the Expect header is 100-continue. Remove the header.',
  HEADERS_TOO_LARGE: 'The headers of a request may have at most {maximum} bytes. Send fewer or shorter headers.',
  BODY_SLOW: 'The request did not arrive completely within {seconds} s. Send it in one go.',
  BODY_TOO_LARGE: 'A request body may have at most {maximum} bytes. Send less, or split it into several requests.',
  BODY_UNSUPPORTED: 'A GraphQL request must be uncompressed JSON in UTF-8 (content-type: application/json), but got {what}.',
  BODY_INVALID: 'The request body is not {what}.',
  DOCUMENT_INVALID: 'documentId must be the id of one document, as text, and stand in the place of query. Send one of them.',
  DOCUMENT_UNKNOWN: 'The gateway knows no document with this documentId. Send the query itself; operator: add it to OPERATIONS_MANIFEST.',
  OPERATION_UNLISTED:
    'This gateway executes only the documents of its list, and this is none of them. Send one by its documentId; operator: add it to ' +
    'OPERATIONS_MANIFEST.',
  PREFLIGHT_MISSING:
    'A GET request needs a header that pages of other sites cannot send without a CORS preflight: content-type: application/json, or ' +
    'apollo-require-preflight: true. Add one of them, or send a POST.',
  NOT_FOUND: 'There is nothing at {path}. GraphQL is at {endpoint}, health checks are at /health/live and /health/ready.',
  METHOD_NOT_ALLOWED: '{path} allows {methods}, but got {method}.',
  HOST_REFUSED:
    'This gateway does not accept requests for the host {host}. Use another of its names; operator: add the name to ALLOWED_HOSTS.',
  OPERATION_TOO_LARGE: 'An operation may have {maximum} {what}, but this one has {count}. Split it into several operations.',
  TOO_MANY_ROWS:
    'The request reads more than {maximum} rows. Request fewer with limit or where, or send several requests; operator: raise {setting}.',
  ANSWER_TOO_LARGE:
    'The answer has more than {maximum} bytes. Request fewer rows or fields, or send several requests; operator: raise MAX_ANSWER_BYTES.',
  INPUT_TOO_LARGE:
    'An operation may have {maximum} {what}, but this one has {count}. Send fewer, or split them into several requests; operator: ' +
    'raise {setting}.',
  LIMIT_EXCEEDED: 'Argument {argument} of {field} must be a whole number from {minimum} to {maximum} (default {default}), but got {value}.',
  TOO_MANY_KEYS: '{field} matches more than {maximum} rows, too many for a condition or order across stores. Narrow the where argument.',
  TOO_MANY_RELATIONSHIPS:
    '{field} would visit more than {maximum} relationships from one node. Use a smaller depth, or narrow the edge argument.',
  SUBGRAPH_TOO_LARGE: 'The subgraph has more than {maximum} {what}, too many to analyse. Narrow types, relationships or where.',
  TOO_MANY_VALUES: 'One statement would need more than {maximum} values. Send fewer conditions or rows at once.',
  BAD_CURSOR: 'Argument {argument} of {field} must be a cursor that {field} returned for the same sort, but got {value}.',
  BAD_WHERE: 'Argument where of {field}: {detail}',
  BAD_INPUT: 'Argument {argument} of {field}: {detail}',
  CONFLICT: 'The change conflicts with what is stored, so nothing was written.',
  UNIQUE_VIOLATION: 'A {type} with the same {fields} already exists. Nothing was written.',
  FOREIGN_KEY_VIOLATION:
    'The foreign key check on {fields} of {type} failed: the row refers to one that does not exist, or other rows still refer to it. ' +
    'Nothing was written.',
  NOT_NULL_VIOLATION: 'A {type} needs a value for {fields}, but got none. Nothing was written.',
  CHECK_VIOLATION: 'A value of {type} breaks {rule}. Nothing was written.',
  CONNECT_NOT_UNIQUE: 'The where of connect must match exactly one row, but it matched several. Nothing was written.',
  EXCLUSION_VIOLATION: 'A {type} whose {fields} conflict with these values already exists. Nothing was written.',
  KEYS_MISSING: 'The schema has encrypted columns, but the gateway has no keys. Operator: set ENCRYPTION_KEYS.',
  VALUES_UNREADABLE:
    'No key fits {count}, or they were changed beside the gateway: they stay as they are, the others are encrypted. Add the missing key ' +
    'to ENCRYPTION_KEYS, and run the command again.',
  AUDIT_OFF: 'This gateway keeps no audit log. Operator: set AUDIT=on.',
  AUDIT_MISSING:
    'The audit log has no table in this PostgreSQL: {detail}. Run `odras-gateway migrate`, which makes it in a schema of its own ' +
    '(odras_gateway), or set AUDIT=off.',
  FEED_MISSING:
    'This PostgreSQL has no change feed{detail}. Operator: run `odras-gateway migrate`, which makes it in a schema of its own ' +
    '(odras_gateway), with triggers on the tables of the schema.',
  FEED_OFF: 'This gateway has no change feed, and so no subscriptions. Operator: set FEED=on.',
  RESYNC_REQUIRED: 'The feed cannot go on from this position: {detail}. Read the data again with a query, then subscribe without after.',
  TOO_MANY_SUBSCRIPTIONS:
    'This gateway has {maximum} subscriptions open, as many as it may. Try again later; operator: raise MAX_SUBSCRIPTIONS.',
  SUBSCRIBER_SLOW:
    'The subscription ended because {count} waited to be read. Subscribe again with after: {position}, and read faster or select less.',
  AUDIT_BROKEN: 'The audit log is not as it was written: {fault}.',
  FORBIDDEN: 'You may not {right} this {type}. Nothing was written.',
  WRITE_REFUSED: 'The database rejects this change of {type}{words}. Nothing was written.',
  ROWS_REFUSED:
    'Only {written} of {count} rows of {type} were inserted: a trigger or rule of the table skips the others. Nothing was written.',
  ROW_CHANGED:
    'The {type} has changed since its rowToken was read, or was deleted. Nothing was written. Read it again before trying again.',
  WRITE_CONFLICT: 'Other transactions were writing the same rows in all of {tries} attempts. Nothing was written. Try again.',
  VALUE_INVALID: 'A value is not valid here: {detail}.',
  DATA_INVALID: 'A stored value does not match the type of its field: {detail}.',
  PROJECTION_FAILED:
    'The {type} rows were written, but their copies in {copies} were not: {detail} Do not create them again: update the rows to write ' +
    'the copies, or ask the operator to rebuild them.',
  ROLLED_BACK: 'Not written: {other} failed ({reason}), and the table mutations of an operation are committed together or not at all.',
} as const satisfies Record<string, string>;

export type ErrorCode = keyof typeof ERRORS;

/** An error that may be shown to the client or the operator. Anything else that is thrown is masked before it leaves the server. */
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

/** At most the first 100 characters: enough to recognize a long string in an error. */
export const shortened = (text: string): string => (text.length > 100 ? `${text.slice(0, 100)}...` : text);

/** The message of anything that was thrown, without its stack. */
export const messageOf = (thrown: unknown): string => (thrown instanceof Error ? thrown.message : String(thrown));
