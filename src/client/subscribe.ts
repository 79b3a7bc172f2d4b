import { answerOf, failed, headersOf, read } from './answer.js';
import type { Answer, AskOptions, ClientOptions } from './types.js';

/** First and longest wait before a lost stream is asked for again, in milliseconds. */
const PAUSE_MS = 250;
const MAX_PAUSE_MS = 10_000;

/** Events of a stream: the texts behind `data: `. */
async function* eventsOf(body: ReadableStream<Uint8Array>): AsyncGenerator<string> {
  const reader = body.getReader();
  const decoder = new TextDecoder();
  let text = '';
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      text += decoder.decode(value, { stream: true });
      const messages = text.split('\n\n');
      text = messages.pop()!;
      for (const message of messages) if (message.startsWith('event: next')) yield message.slice(message.indexOf('data: ') + 6);
    }
  } finally {
    await reader.cancel().catch(() => {});
  }
}

/** Position of the change in an answer, if it was selected. */
const positionIn = ({ data }: Answer<unknown>): string | undefined =>
  Object.values((data ?? {}) as Record<string, { position?: string } | null>)[0]?.position;

const pauseFor = (ms: number, signal: AbortSignal | undefined): Promise<void> =>
  new Promise((resolve) => {
    const over = (): void => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', over);
      resolve();
    };
    const timer = setTimeout(over, ms);
    signal?.addEventListener('abort', over, { once: true });
  });

/**
 * The results of a subscription over Server-Sent Events. A stream that is lost is asked for again, behind the last `position` if the
 * document selects it and has a variable `$after`. An error of the gateway is the last result.
 */
export async function* subscribe<Data>(
  options: ClientOptions,
  document: { toString(): string },
  variables?: Record<string, unknown>,
  { signal, headers: own }: AskOptions = {},
): AsyncGenerator<Answer<Data>, void, void> {
  const { url = '/graphql', fetch = globalThis.fetch, parse = JSON.parse } = options;
  const query = document.toString();
  let after: string | undefined;
  let pause = PAUSE_MS;
  while (!signal?.aborted) {
    try {
      const response = await fetch(url, {
        method: 'POST',
        headers: { 'content-type': 'application/json', accept: 'text/event-stream', ...(await headersOf(options)), ...own },
        body: JSON.stringify({ query, variables: after === undefined || !query.includes('$after') ? variables : { ...variables, after } }),
        signal: signal ?? null,
      });
      const { status } = response;
      if (!response.headers.get('content-type')?.startsWith('text/event-stream')) {
        const text = await response.text();
        const body = read(parse, text);
        if (body) return void (yield answerOf<Data>(body, status));
        // A proxy may answer while the gateway starts again.
        if (status < 500) {
          const message = `Expected an event stream from ${url}, but got HTTP status ${status}. Check the address.`;
          return void (yield failed({ kind: 'notGraphql', message, status, body: text.slice(0, 200) }));
        }
        throw new Error(`HTTP status ${status}`);
      }
      for await (const event of eventsOf(response.body!)) {
        const answer = answerOf<Data>(read(parse, event) ?? {}, status);
        after = positionIn(answer) ?? after;
        pause = PAUSE_MS;
        yield answer;
        if (answer.errors && answer.data === null) return;
      }
    } catch {
      // The connection was lost, or there is none yet.
    }
    if (signal?.aborted) return;
    await pauseFor(pause * (0.5 + Math.random() / 2), signal);
    pause = Math.min(pause * 2, MAX_PAUSE_MS);
  }
}
