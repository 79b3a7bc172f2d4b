import { answerOf, failed, headersOf, read } from './answer.js';
import { subscribe } from './subscribe.js';
import type { Answer, AnswerError, AskOptions, Client, ClientError, ClientOptions } from './types.js';

export type * from './types.js';

/** A client of one gateway. It holds no state but its options. */
export const createClient = (options: ClientOptions = {}): Client => ({
  ask: (document, ...[variables, own]) => ask(options, document, variables, own),
  subscribe: (document, ...[variables, own]) => subscribe(options, document, variables as Record<string, unknown> | undefined, own),
});

/** Data of an answer without errors. Throws an `AnswerFailure` otherwise, for code that prefers exceptions. */
export const dataOf = <Data>(answer: Answer<Data>): Data => {
  if (answer.errors) throw new AnswerFailure(answer.errors);
  return answer.data;
};

/** Errors of an answer as an exception; `errors` has them as values. */
export class AnswerFailure extends Error {
  override readonly name = 'AnswerFailure';
  constructor(readonly errors: readonly ClientError[]) {
    super(errors.map(({ message }) => message).join('\n'));
  }
}

/** The errors at a field or below it, for a page that shows the rest: `errorsAt(answer, 'requirements', 0, 'components')`. */
export const errorsAt = (answer: Answer<unknown>, ...path: readonly (string | number)[]): readonly AnswerError[] =>
  (answer.errors ?? []).flatMap((error) =>
    error.kind === 'answer' && path.every((step, index) => error.path?.[index] === step) ? [error] : [],
  );

const ask = async <Data>(
  options: ClientOptions,
  document: { toString(): string },
  variables?: unknown,
  own: AskOptions = {},
): Promise<Answer<Data>> => {
  const { url = '/graphql', fetch = globalThis.fetch, parse = JSON.parse } = options;
  const ofClient = await headersOf(options);
  let status: number;
  let text: string;
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'application/json', ...ofClient, ...own.headers },
      body: JSON.stringify({ query: document.toString(), variables }),
      signal: own.signal ?? null,
    });
    ({ status } = response);
    text = await response.text();
  } catch (cause) {
    const detail = cause instanceof Error ? cause.message : String(cause);
    if (own.signal?.aborted) return failed({ kind: 'aborted', message: `The request to ${url} was ended: ${detail}`, cause });
    const message = `No answer from ${url}: ${detail}. Check that the gateway runs there and that its CORS_ORIGINS has this page's origin.`;
    return failed({ kind: 'unreachable', message, cause });
  }
  const body = read(parse, text);
  if (!body) {
    const message = `Expected a GraphQL answer from ${url}, but got HTTP status ${status} with another body. Check the address.`;
    return failed({ kind: 'notGraphql', message, status, body: text.slice(0, 200) });
  }
  return answerOf(body, status);
};
