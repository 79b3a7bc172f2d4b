import type { ServerResponse } from 'node:http';
import { GatewayError, type ErrorCode } from '../errors.js';

/** HTTP status of errors raised before GraphQL sees the request, by code. */
const STATUS = {
  HTTP_INVALID: 400,
  BODY_INVALID: 400,
  DOCUMENT_INVALID: 400,
  DOCUMENT_UNKNOWN: 400,
  PREFLIGHT_MISSING: 400,
  UNAUTHENTICATED: 401,
  OPERATION_UNLISTED: 403,
  EXPLAIN_OFF: 403,
  NOT_FOUND: 404,
  METHOD_NOT_ALLOWED: 405,
  BODY_SLOW: 408,
  BODY_TOO_LARGE: 413,
  BODY_UNSUPPORTED: 415,
  EXPECTATION_FAILED: 417,
  HOST_REFUSED: 421,
  TOO_MANY_REQUESTS: 429,
  HEADERS_TOO_LARGE: 431,
  STORE_UNAVAILABLE: 503,
  STORE_TIMEOUT: 503,
  POOL_EXHAUSTED: 503,
  AUTHENTICATION_UNAVAILABLE: 503,
} as const satisfies Partial<Record<ErrorCode, number>>;

export type RefusalCode = keyof typeof STATUS;

/** An error in the format of a GraphQL response, and its HTTP status. */
export const refusal = (
  code: RefusalCode,
  parts: Readonly<Record<string, unknown>> = {},
): { readonly status: number; readonly body: object } => {
  const { message, extensions } = new GatewayError(code, parts);
  return { status: STATUS[code], body: { errors: [{ message, extensions }] } };
};

export const sendJson = (response: ServerResponse, status: number, value: unknown): void => {
  response.writeHead(status, { 'content-type': 'application/json; charset=utf-8', 'cache-control': 'no-store' }).end(JSON.stringify(value));
};

export const refuse = (response: ServerResponse, code: RefusalCode, parts: Readonly<Record<string, unknown>> = {}): void => {
  const { status, body } = refusal(code, parts);
  sendJson(response, status, body);
};

/** Sends an error that a part of the gateway has thrown before GraphQL sees the request; 500 for one that has no place here. */
export const refuseWith = (response: ServerResponse, { code, message, extensions }: GatewayError): void =>
  sendJson(response, STATUS[code as RefusalCode] ?? 500, { errors: [{ message, extensions }] });
