import { messageOf } from '../errors.js';
import type { StoreKind, Stores } from '../stores/types.js';

const KINDS: readonly StoreKind[] = ['relational', 'graph', 'vector', 'keyvalue'];

export interface Readiness {
  readonly status: 'ready' | 'unready';
  readonly stores: Record<StoreKind, { readonly status: 'ready' | 'unready'; readonly where: string }>;
}

/** Asks every store whether it answers, each for at most `timeoutMs`. @default 2_000 */
export const readiness = async (
  stores: Stores,
  onFailure: (kind: StoreKind, reason: string) => void = () => {},
  timeoutMs = 2_000,
): Promise<Readiness> => {
  const states = await Promise.all(
    KINDS.map(async (kind) => {
      const { where } = stores[kind];
      try {
        await within(stores[kind].ping(), timeoutMs);
        return [kind, { status: 'ready', where }] as const;
      } catch (error) {
        onFailure(kind, messageOf(error));
        return [kind, { status: 'unready', where }] as const;
      }
    }),
  );
  // The gateway works without its cache: Redis is shown, but does not count.
  const ready = states.every(([kind, state]) => kind === 'keyvalue' || state.status === 'ready');
  return { status: ready ? 'ready' : 'unready', stores: Object.fromEntries(states) as Readiness['stores'] };
};

const within = (work: Promise<void>, timeoutMs: number): Promise<void> =>
  new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`no answer within ${timeoutMs} ms`)), timeoutMs);
    work.then(resolve, reject).finally(() => clearTimeout(timer));
  });
