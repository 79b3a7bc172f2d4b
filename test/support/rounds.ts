/** Whether the suites run in full (`npm run test:full`, `npm run test:servers`), or quickly. */
export const IS_FULL = process.env['ROUNDS'] === 'full';

/**
 * How many generated cases a suite runs: so many in full, and a tenth of them, but at least ten, quickly. They come from
 * a fixed seed, so the quick ones are the first of all.
 */
export const rounds = (full: number, quick = Math.min(full, Math.max(10, Math.ceil(full / 10)))): number => (IS_FULL ? full : quick);
