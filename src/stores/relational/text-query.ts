import pg, { type PoolClient } from 'pg';
import type { SqlStatement, TextRow } from '../types.js';

/** The messages of a statement's answer that are taken here; pg's types know only of the whole. */
interface DataRow {
  readonly fields: TextRow;
}

/**
 * A statement whose rows are kept as the protocol brings them: texts. pg would look up a parser for every column and copy
 * every row.
 */
class TextQuery extends pg.Query {
  readonly lines: TextRow[] = [];

  handleDataRow(message: DataRow): void {
    this.lines.push(message.fields);
  }
}

/** Runs a statement on a connection; every value of the answer is text. */
export const runText = (client: PoolClient, { text, name, values }: SqlStatement): Promise<TextRow[]> =>
  new Promise((resolve, reject) => {
    const query: TextQuery = new TextQuery({ text, ...(name === undefined ? {} : { name }), values: values as unknown[] | undefined ?? [] }, (error) => (error ? reject(error) : resolve(query.lines)));
    client.query(query);
  });
