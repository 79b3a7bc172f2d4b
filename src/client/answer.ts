import type { Answer, AnswerError, ClientError, ClientOptions } from './types.js';

/** What the server sends, as far as it is GraphQL. */
interface Body {
  readonly data?: unknown;
  readonly errors?: readonly { message: string; path?: []; locations?: []; extensions?: Record<string, unknown> }[];
  readonly extensions?: Readonly<Record<string, unknown>>;
}

/** Headers of the client for the next request. */
export const headersOf = async ({ headers = {} }: ClientOptions): Promise<Readonly<Record<string, string>>> =>
  typeof headers === 'function' ? headers() : headers;

export const answerOf = <Data>({ data = null, errors, extensions }: Body, status: number): Answer<Data> => {
  const rest = extensions ? { extensions } : {};
  const [first, ...others] = (errors ?? []).map((error) => answerError(error, status));
  if (!first) return { data: data as Data, ...rest };
  return { data: data as Data | null, errors: [first, ...others] as const, ...rest };
};

export const failed = (error: ClientError) => ({ data: null, errors: [error] as const });

export const read = (parse: (text: string) => unknown, text: string): Body | undefined => {
  try {
    const body = parse(text);
    return typeof body === 'object' && body !== null && ('data' in body || 'errors' in body) ? (body as Body) : undefined;
  } catch {
    return undefined;
  }
};

const answerError = ({ extensions = {}, ...error }: NonNullable<Body['errors']>[number], status: number): AnswerError => ({
  ...error,
  kind: 'answer',
  code: (extensions['code'] as string | undefined) ?? '',
  written: extensions['written'] === true,
  status,
  extensions,
});
