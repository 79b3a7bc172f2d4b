import { shortened } from '../errors.js';

/** PostgreSQL cuts longer names off without a word. */
export const MAX_NAME_BYTES = 63;

/** Why PostgreSQL would not take a text for the name of a table or column as it stands; undefined for what it takes. */
export const sqlNameFault = (name: string): string | undefined => {
  if (name === '') return 'is empty';
  if (name.includes('\0')) return 'holds the character NUL, which PostgreSQL does not take';
  const bytes = Buffer.byteLength(name);
  return bytes > MAX_NAME_BYTES
    ? `has ${bytes} bytes, and PostgreSQL cuts names off after ${MAX_NAME_BYTES}: ${JSON.stringify(shortened(name))}`
    : undefined;
};
