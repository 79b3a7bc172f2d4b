import pg, { type ClientBase } from 'pg';
import type { OnRow, SqlStatement, TextRow } from '../types.js';

/** What of pg's connection a statement needs: the messages of the extended protocol. */
interface Connection {
  readonly stream: { cork?(): void; uncork?(): void };
  readonly parsedStatements: Readonly<Record<string, string | undefined>>;
  readonly submittedNamedStatements: Record<string, string | undefined>;
  parse(message: { readonly text: string; readonly name: string }): void;
  bind(message: { readonly statement: string; readonly values: readonly unknown[] }): void;
  execute(): void;
  sync(): void;
}

/** pg's own writing of values as the texts and bytes of the protocol; its types do not know of it. */
const { prepareValue } = (pg as unknown as { readonly utils: { readonly prepareValue: (value: unknown) => string | Buffer | null } }).utils;

/**
 * A statement whose rows are kept as the protocol brings them: texts. The server is not asked to describe the columns, which
 * the plan knows; pg's own query would have it describe them every time, look up a parser for each and copy each row.
 */
class TextQuery {
  readonly name: string;
  readonly text: string;
  readonly #values: (string | Buffer | null)[];
  readonly callback: (error?: Error) => void;
  readonly #onRow: OnRow;
  #fault: Error | undefined;

  constructor({ text, name = '', values = [] }: SqlStatement, onRow: OnRow, callback: (error?: Error) => void) {
    this.text = text;
    this.name = name;
    this.#values = values.map((value) => (typeof value === 'string' ? value : prepareValue(value)));
    this.#onRow = onRow;
    this.callback = callback;
  }

  submit(connection: Connection): void {
    const { stream, parsedStatements, submittedNamedStatements } = connection;
    const { name, text } = this;
    stream.cork?.();
    if (name === '' || (parsedStatements[name] ?? submittedNamedStatements[name]) === undefined) {
      connection.parse({ text, name });
      if (name !== '') submittedNamedStatements[name] = text;
    }
    connection.bind({ statement: name, values: this.#values });
    connection.execute();
    connection.sync();
    stream.uncork?.();
  }

  handleDataRow(message: { readonly fields: TextRow; readonly length: number }): void {
    if (this.#fault) return;
    try {
      this.#onRow(message.fields, message.length);
    } catch (error) {
      // The connection goes on with the rows that are still to come.
      this.#fault = error as Error;
    }
  }

  handleCommandComplete(): void {}

  handleEmptyQuery(): void {}

  handleError(error: Error): void {
    this.callback(error);
  }

  handleReadyForQuery(): void {
    this.callback(this.#fault);
  }
}

/** Runs a statement on a connection; every value of its rows is text. */
export const runText = (client: ClientBase, statement: SqlStatement, onRow?: OnRow): Promise<TextRow[]> =>
  new Promise((resolve, reject) => {
    const rows: TextRow[] = [];
    const query = new TextQuery(statement, onRow ?? ((row) => void rows.push(row)), (error) => (error ? reject(error) : resolve(rows)));
    client.query(query as unknown as pg.Submittable);
  });
