import { createHash } from 'node:crypto';

/** The keys of data/rows.sql. */
export const key = (kind: string, index: number): string =>
  createHash('md5')
    .update(`${kind}${index}`)
    .digest('hex')
    .replace(/(.{8})(.{4})(.{4})(.{4})(.{12})/, '$1-$2-$3-$4-$5');
