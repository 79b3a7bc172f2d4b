import { describe, expect, it } from 'vitest';
import { copiesToInserts } from '../../src/operations/copy-blocks.js';

const refuse = (line: number, why: string) => new Error(`${line}: ${why}`);
const plain = (text: string) => copiesToInserts(text, refuse);

describe('a dump of pg_dump', () => {
  it('has its copies turned into inserts, with nulls and escapes', () => {
    const { sql } = plain(
      `\\restrict abc\nCOPY public.t (a, b) FROM stdin;\n1\t\\N\n2\tit's\\ta \\\\ b\\nc\\101\\x42\n\\.\nSELECT 1;\n\\unrestrict abc\n`,
    );
    expect(sql).toBe(
      `\nINSERT INTO public.t (a, b) OVERRIDING SYSTEM VALUE VALUES ('1', NULL), ('2', 'it''s\ta \\ b\ncAB');\nSELECT 1;\n\n`,
    );
  });

  it('keeps what only looks like a copy or a command, within texts, comments and bodies of functions', () => {
    const text = [
      "INSERT INTO t VALUES ('",
      '\\copy x',
      "');",
      'CREATE FUNCTION f() AS $b$',
      'COPY t FROM stdin;',
      '$b$;',
      "/* it's",
      '\\d',
      "*/ -- don't",
      'SELECT 1;',
    ].join('\n');
    expect(plain(text).sql).toBe(text);
  });

  it('tells the lines of the file, also behind copies', () => {
    const { sql, lineOf } = plain('SELECT 1;\nCOPY t (a) FROM stdin;\n1\n2\n3\n\\.\nSELECT 🙂;');
    const at = [...sql].join('').indexOf('SELECT 🙂');
    expect([lineOf(0), lineOf(12), lineOf(at)]).toEqual([1, 3, 7]);
  });

  it.each([
    ['\\connect other', '1: \\connect is a command of psql, not SQL: take it out, or make the file with pg_dump'],
    ['SELECT 1;\nCOPY t FROM stdin;\n1', '2: COPY has no end: expected a line with \\. alone'],
  ])('is refused where it holds %j', (text, message) => {
    expect(() => plain(text)).toThrow(message);
  });
});
