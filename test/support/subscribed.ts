import type { ExecutionResult } from 'graphql';

/** A subscription over Server-Sent Events. */
export interface Subscribed {
  /** The next result; rejects when there is none after `timeoutMs`. */
  next(timeoutMs?: number): Promise<ExecutionResult<Record<string, never>>>;
  /** Resolves when the server has ended it. */
  readonly ended: Promise<void>;
  close(): void;
}

/** Subscribes, and resolves when the server has accepted it. */
export const subscribe = async (
  url: string,
  query: string,
  variables: Record<string, unknown> = {},
  headers: Record<string, string> = {},
): Promise<Subscribed> => {
  const end = new AbortController();
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'text/event-stream', ...headers },
    body: JSON.stringify({ query, variables }),
    signal: end.signal,
  });
  if (response.headers.get('content-type')?.startsWith('text/event-stream') !== true)
    throw new Error(`no event stream, but ${response.status} ${await response.text()}`);
  const results: ExecutionResult<Record<string, never>>[] = [];
  const waiting: (() => void)[] = [];
  const wake = (): void => waiting.splice(0).forEach((resolve) => resolve());
  const read = async (): Promise<void> => {
    let text = '';
    const decoder = new TextDecoder();
    try {
      for await (const block of response.body!) {
        text += decoder.decode(block as Uint8Array, { stream: true });
        const messages = text.split('\n\n');
        text = messages.pop()!;
        for (const message of messages)
          if (message.startsWith('event: next')) results.push(JSON.parse(message.slice(message.indexOf('data: ') + 6)) as never);
        wake();
      }
    } catch (error) {
      if (!end.signal.aborted) throw error;
    }
  };
  const ended = read();
  return {
    ended,
    next: async (timeoutMs = 10_000) => {
      const late = performance.now() + timeoutMs;
      while (results.length === 0) {
        const left = late - performance.now();
        if (left <= 0) throw new Error(`no event within ${timeoutMs} ms`);
        let timer: NodeJS.Timeout | undefined;
        await Promise.race([
          new Promise<void>((resolve) => waiting.push(resolve)),
          new Promise((resolve) => (timer = setTimeout(resolve, left))),
          ended,
        ]);
        clearTimeout(timer);
      }
      return results.shift()!;
    },
    close: () => end.abort(),
  };
};
