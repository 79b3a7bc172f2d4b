import { GatewayError } from '../errors.js';
import type { EvaluatedRow } from '../predicate/evaluate.js';
import { readList } from '../predicate/arrays.js';
import type { RelationalStore, TextRow } from '../stores/types.js';
import { BEGINNING, END, readPosition, type Position } from './position.js';

/** A row that was inserted, updated or deleted. */
export interface Change {
  readonly position: Position;
  /** The table with its schema: "public.projects". */
  readonly table: string;
  readonly operation: 'INSERT' | 'UPDATE' | 'DELETE';
  /** The captured columns before, and after; undefined where there was or is no row. */
  readonly before: EvaluatedRow | undefined;
  readonly after: EvaluatedRow | undefined;
  /** Names of the columns whose values differ; all of an inserted or deleted row. */
  readonly columns: readonly string[];
  /** Who wrote it, where it was a mutation of a gateway. */
  readonly actor: string | null;
  readonly requestId: string | null;
  /** When its statement began. */
  readonly at: string;
}

/** Changes in order, and the position behind them. */
export interface Page {
  readonly changes: readonly Change[];
  readonly end: Position;
}

interface Format {
  readonly table: string;
  readonly columns: readonly string[];
}

/** Changes that one statement reads at most. */
const PAGE = 500;

const OPERATIONS: Readonly<Record<string, Change['operation']>> = { I: 'INSERT', U: 'UPDATE', D: 'DELETE' };

/** Reads changes in their one order. */
export class ChangeReader {
  readonly #relational: Pick<RelationalStore, 'read'>;
  #formats: ReadonlyMap<number, Format> = new Map();

  constructor(relational: Pick<RelationalStore, 'read'>) {
    this.#relational = relational;
  }

  /** The end of the feed now: where a reader begins that wants what is written from now on. */
  async end(): Promise<Position> {
    const [row] = await this.#read('SELECT (SELECT max(id) FROM odras_gateway.feeds)::text, max(id)::text FROM odras_gateway.ticks');
    return { feed: Number(row?.[0] ?? 0), tick: Number(row?.[1] ?? 0), seq: END };
  }

  /**
   * The position that a client names.
   *
   * @throws GatewayError BAD_INPUT for what is no position, RESYNC_REQUIRED for one from which the changes are not there
   */
  async start(after: string, field: string): Promise<Position> {
    const given = after === BEGINNING ? undefined : readPosition(after, field);
    const end = await this.end();
    const [[first, next] = []] = await this.#read(
      'SELECT min(id)::text, (SELECT first_tick::text FROM odras_gateway.feeds WHERE id > $1 ORDER BY id LIMIT 1) FROM odras_gateway.ticks',
      [String((given ?? end).feed)],
    );
    if (!given) return { feed: end.feed, tick: Number(first ?? 0), seq: END };
    const { feed, tick, seq } = given;
    const gone = (detail: string): GatewayError => new GatewayError('RESYNC_REQUIRED', { detail }, { extensions: { position: after } });
    if (feed > end.feed) throw gone('it is of another database');
    // Behind the place where another server went on, the two may have different changes.
    if (next !== null && next !== undefined && tick > Number(next)) throw gone('the database was restored or replaced since');
    if (tick > end.tick) throw gone('the database does not have it');
    // To continue within a batch, or behind it, its own snapshot is needed, and that of the one before.
    if (tick < Number(first) + (seq === END ? 0 : 1)) throw gone('the changes behind it are no longer kept');
    return { feed: end.feed, tick, seq };
  }

  /** The changes behind a position, at most a page; undefined when there are none yet. @throws GatewayError RESYNC_REQUIRED */
  async after(position: Position): Promise<Page | undefined> {
    const tick = position.seq === END ? position.tick + 1 : position.tick;
    const rows = await this.#read(PAGE_OF, [String(tick), String(position.seq === END ? 0 : position.seq), String(PAGE)]);
    const [[isThere] = []] = rows;
    if (isThere === undefined) {
      const [[first] = []] = await this.#read('SELECT min(id)::text FROM odras_gateway.ticks');
      if (Number(first) < tick) return undefined;
      throw new GatewayError('RESYNC_REQUIRED', { detail: 'the changes behind it are no longer kept' });
    }
    const found = rows.filter(([, seq]) => seq !== null);
    if (found.some(([, , format]) => !this.#formats.has(Number(format)))) await this.#readFormats();
    const changes = found.map((row) => this.#changeOf(position.feed, tick, row));
    const isWhole = found.length < PAGE;
    const last = changes.at(-1)?.position.seq ?? 0;
    return {
      changes: changes.filter(({ columns }) => columns.length > 0),
      end: { feed: position.feed, tick, seq: isWhole ? END : last },
    };
  }

  #changeOf(feed: number, tick: number, [, seq, format, operation, before, after, actor, requestId, at]: TextRow): Change {
    const { table, columns } = this.#formats.get(Number(format))!;
    const [old, now] = [before, after].map((text) => (text === null ? undefined : rowOf(columns, text!)));
    return {
      position: { feed, tick, seq: Number(seq) },
      table,
      operation: OPERATIONS[operation!]!,
      before: old,
      after: now,
      columns: old && now ? columns.filter((name) => old[name] !== now[name]) : columns,
      actor: actor!,
      requestId: requestId!,
      at: at!,
    };
  }

  async #readFormats(): Promise<void> {
    const rows = await this.#read('SELECT id::text, table_name, columns::text FROM odras_gateway.change_formats');
    this.#formats = new Map(
      rows.map(([id, table, columns]) => [Number(id), { table: table!, columns: readList(columns!).items as readonly string[] }]),
    );
  }

  #read(text: string, values: readonly string[] = []): Promise<TextRow[]> {
    return this.#relational.read({ text, values, name: text === PAGE_OF ? 'odras-changes' : undefined }, { primary: true });
  }
}

const rowOf = (columns: readonly string[], text: string): EvaluatedRow => {
  const { items } = readList(text);
  return Object.fromEntries(columns.map((name, index) => [name, items[index] ?? null]));
};

/** One row at least where the batch and the one before are there. */
const PAGE_OF = `SELECT t.id::text, c.seq::text, c.format::text, c.operation::text, c.before::text, c.after::text, c.actor, c.request_id,
  to_char(c.at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')
FROM odras_gateway.ticks t JOIN odras_gateway.ticks p ON p.id = t.id - 1
LEFT JOIN LATERAL (
  SELECT * FROM odras_gateway.changes c
  WHERE (c.xid >= pg_snapshot_xmax(p.snapshot) AND c.xid < pg_snapshot_xmax(t.snapshot)
    OR c.xid = ANY (ARRAY(SELECT pg_snapshot_xip(p.snapshot))))
    AND c.seq > $2::bigint AND pg_visible_in_snapshot(c.xid, t.snapshot)
  ORDER BY c.seq LIMIT $3::int
) c ON true
WHERE t.id = $1::bigint ORDER BY c.seq`;
