/** SQL without what only psql understands. */
export interface PlainSql {
  readonly sql: string;
  /** The line of the file, from 1, where a character of the SQL stands. */
  readonly lineOf: (position: number) => number;
}

const COPY = /^COPY (.+?) (\(.*\) )?FROM stdin;\s*$/i;
const RESTRICT = /^\\(un)?restrict\b/;

/** Rows of one INSERT. */
const ROWS = 500;

/**
 * Turns what pg_dump writes for psql into plain SQL: `COPY ... FROM stdin` with its lines becomes INSERT, and `\restrict` goes. Each line
 * stays a line, or several become one.
 *
 * @param refuse makes the error for another command of psql
 */
export const copiesToInserts = (text: string, refuse: (line: number, why: string) => Error): PlainSql => {
  const lines = text.split(/\r?\n/);
  const parts: { readonly sql: string; readonly line: number }[] = [];
  let quote: string | undefined;
  for (let at = 0; at < lines.length; at += 1) {
    const line = lines[at]!;
    const copy = quote === undefined ? COPY.exec(line) : null;
    if (copy) {
      const [, table, columns = ''] = copy;
      const end = lines.indexOf('\\.', at + 1);
      if (end < 0) throw refuse(at + 1, 'COPY has no end: expected a line with \\. alone');
      for (let start = at + 1; start < end; start += ROWS) {
        const rows = lines.slice(start, Math.min(start + ROWS, end)).map((row) => `(${row.split('\t').map(literal).join(', ')})`);
        parts.push({ sql: `INSERT INTO ${table} ${columns}OVERRIDING SYSTEM VALUE VALUES ${rows.join(', ')};`, line: start + 1 });
      }
      at = end;
    } else if (quote === undefined && RESTRICT.test(line)) parts.push({ sql: '', line: at + 1 });
    else if (quote === undefined && /^\s*\\/.test(line))
      throw refuse(at + 1, `${line.trim().split(/\s/)[0]} is a command of psql, not SQL: take it out, or make the file with pg_dump`);
    else {
      quote = quoteAfter(line, quote);
      parts.push({ sql: line, line: at + 1 });
    }
  }
  const starts: number[] = [];
  let length = 0;
  for (const { sql } of parts) {
    starts.push(length);
    length += [...sql].length + 1;
  }
  return {
    sql: parts.map(({ sql }) => sql).join('\n'),
    lineOf: (position) =>
      parts[
        Math.max(
          0,
          starts.findLastIndex((start) => start <= position),
        )
      ]!.line,
  };
};

const ESCAPES: Readonly<Record<string, string>> = { b: '\b', f: '\f', n: '\n', r: '\r', t: '\t', v: '\v' };

/** A value of COPY's text format as a literal. */
const literal = (value: string): string => {
  if (value === '\\N') return 'NULL';
  const text = value.replace(/\\([0-7]{1,3}|x[\da-f]{1,2}|.)/gi, (_, code: string) =>
    /^[0-7]/.test(code)
      ? String.fromCharCode(parseInt(code, 8))
      : /^x./i.test(code)
        ? String.fromCharCode(parseInt(code.slice(1), 16))
        : (ESCAPES[code] ?? code),
  );
  return `'${text.replaceAll("'", "''")}'`;
};

/** The quote that is open at the end of a line: a text, a name, or a body of a function between dollars. */
const quoteAfter = (line: string, open: string | undefined): string | undefined => {
  let quote = open;
  for (const [token] of line.matchAll(/'|"|\$(?:[\p{L}_][\p{L}\d_]*)?\$|--.*|\/\*|\*\//gu)) {
    if (quote === undefined) {
      if (token.startsWith('--')) break;
      if (token !== '*/') quote = token === '/*' ? '*/' : token;
    } else if (token === quote) quote = undefined;
    // A comment has an end like any other sign: within a quote it is none.
    else if (token.startsWith('--') && token.includes(quote)) quote = quoteAfter(token.slice(2), quote);
  }
  return quote;
};
