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

/** Why a text cannot be a label, relationship type or property of both graphs; undefined for what can. */
export const graphNameFault = (name: string): string | undefined => {
  if (name === '') return 'is empty';
  if (/`|\\u0060/i.test(name)) return `holds a backtick, which the graph cannot quote: ${JSON.stringify(shortened(name))}`;
  return /[\p{Cc}\p{Zl}\p{Zp}]/u.test(name)
    ? `holds a line break or another control character: ${JSON.stringify(shortened(name))}`
    : undefined;
};

/** Why Qdrant would not take a text for the name of a collection; undefined for what it takes. */
export const collectionNameFault = (name: string): string | undefined => {
  if (name === '') return 'is empty';
  if (Buffer.byteLength(name) > 255) return `has more than 255 bytes: ${JSON.stringify(shortened(name))}`;
  return /[<>:"/\\|?*\p{Cc}]/u.test(name) || /^\.{1,2}$/.test(name)
    ? `is one that Qdrant does not take, ${JSON.stringify(shortened(name))}: leave out < > : " / \\ | ? * and control characters`
    : undefined;
};
