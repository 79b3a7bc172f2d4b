import { z } from 'zod';

/** A setting: its parser, its meaning, an example, and whether its value is a secret. */
export interface Setting {
  readonly form: z.ZodType;
  readonly means: string;
  readonly example: string;
  readonly secret?: boolean;
}

export const url = (what: string, ...protocols: string[]) =>
  z
    .string()
    .refine((text) => protocols.some((protocol) => text.startsWith(`${protocol}://`)) && URL.canParse(text.replace(/,[^/]*/, '')), {
      error: `expected ${what}, starting with ${protocols.map((protocol) => `${protocol}://`).join(' or ')}`,
    })
    .optional();

/** What `pg` knows of sslmode: with any other word it would connect without TLS, and say nothing. */
const SSL_MODES: ReadonlySet<string> = new Set(['disable', 'prefer', 'require', 'verify-ca', 'verify-full', 'no-verify']);

/** A PostgreSQL URL whose sslmode is one that is understood. */
export const postgresUrl = () =>
  url('a PostgreSQL URL', 'postgres', 'postgresql').refine(
    (text) => [...(text ?? '').matchAll(/[?&](sslmode)=([^&#]*)/gi)].every(([, name, word]) => name === 'sslmode' && SSL_MODES.has(word!)),
    { error: `expected an sslmode of ${[...SSL_MODES].join(', ')}` },
  );

/** A URL without user and password, which would be ignored or printed. */
export const plainUrl = (what: string) =>
  url(what, 'http', 'https').refine((text) => text === undefined || !text.includes('@'), {
    error: 'expected a URL without user and password',
  });

export const whole = (minimum: number, maximum: number) =>
  z.coerce
    .number({ error: 'expected a whole number' })
    .int('expected a whole number')
    .min(minimum, `expected at least ${minimum}`)
    .max(maximum, `expected at most ${maximum}`);

const words = (text: string): string[] =>
  text
    .split(',')
    .map((word) => word.trim())
    .filter((word) => word !== '');

/** A comma-separated list. */
export const list = (what: string, fits: (word: string) => boolean) =>
  z
    .string()
    .default('')
    .transform(words)
    .refine((each) => each.every(fits), { error: `expected ${what}` });

/** A comma-separated list of these words; undefined where it is not set. */
export const choices = <const T extends string>(...of: readonly T[]) =>
  z
    .string()
    .transform((text) => [...new Set(words(text))] as T[])
    .refine((each) => each.length > 0 && each.every((word) => of.includes(word)), { error: `expected one or more of ${of.join(', ')}` })
    .optional();

export const DAY_MS = 86_400_000;
