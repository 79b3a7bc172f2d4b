import { GatewayError } from '../errors.js';
import type { EndSignal } from './ending.js';
import type { StoreKind } from './types.js';

export interface Deadline {
  readonly store: StoreKind;
  /** Longest time for one call, in milliseconds. */
  readonly timeoutMs: number;
  /** The request's own end: its deadline, or the client going away. Its reason is the error to throw. */
  readonly signal?: EndSignal | undefined;
}

/** The result of `work`, unless the request ends first; what `work` does after that is ignored. */
export const unlessOver = <T>(signal: EndSignal | undefined, work: Promise<T>): Promise<T> => {
  if (!signal) return work;
  return new Promise<T>((resolve, reject) => {
    const abort = () => reject(signal.reason);
    if (signal.aborted) abort();
    signal.addEventListener('abort', abort, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
};

/**
 * Runs a call to a store, but no longer than its deadline. `work` gets `onCancel`, to say how the store is told to stop;
 * what the call does after that is ignored.
 *
 * @throws GatewayError STORE_TIMEOUT after `timeoutMs`, or the reason of the signal
 */
export const withinDeadline = <T>(
  { store, timeoutMs, signal }: Deadline,
  work: (onCancel: (cancel: () => void) => void) => Promise<T>,
): Promise<T> =>
  new Promise<T>((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason);
    let cancel: (() => void) | undefined;
    let over = false;
    const end = (reason: Error) => {
      if (over) return;
      finish();
      reject(reason);
      cancel?.();
    };
    const timer = setTimeout(
      () => end(new GatewayError('STORE_TIMEOUT', { store, limit: `${timeoutMs} ms` }, { extensions: { store } })),
      timeoutMs,
    );
    const abort = () => end(signal!.reason);
    const finish = () => {
      over = true;
      clearTimeout(timer);
      signal?.removeEventListener('abort', abort);
    };
    signal?.addEventListener('abort', abort, { once: true });
    work((how) => {
      cancel = how;
      if (over) how();
    }).then(
      (value) => {
        if (over) return;
        finish();
        resolve(value);
      },
      (error: unknown) => {
        if (over) return;
        finish();
        reject(error instanceof Error ? error : new Error(String(error)));
      },
    );
  });
