import { GatewayError } from '../errors.js';
import { toGatewayError } from '../stores/failures.js';
import { labelsToCypher, quoteLabel } from '../model/names.js';
import { quoteName } from '../sql/statement.js';
import { system } from '../sql/source.js';
import type { ColumnField } from '../model/fields.js';
import { columnFields, keyColumn, type EmbeddedType, type Model, type TableType } from '../model/types.js';
import { pointColumns, writePoints } from './points.js';
import { removePoints, type PointRow } from './point-places.js';
import type { Engine } from '../engine.js';
import type { GraphRunner } from '../stores/types.js';

/** Rows per request to the graph or the collection. */
const BLOCK_ROWS = 256;

/**
 * Writes the graph nodes and vectors of these rows from their current values, and removes those of deleted rows. Idempotent.
 *
 * @returns the reason where a copy could not be written
 */
export const projectRows = (engine: Engine, type: TableType, keys: readonly string[]): Promise<Error | undefined> =>
  type.node || type.embedding ? inTurn(engine, () => project(engine, type, keys)) : Promise.resolve(undefined);

/**
 * Reading rows and writing their copies is serialised in this process, so that an older copy never overwrites a newer one. Between
 * processes the order is not guaranteed.
 */
const inTurn = <T>(engine: Engine, work: () => Promise<T>): Promise<T> => {
  const result = (turns.get(engine.model) ?? Promise.resolve()).then(work, work);
  turns.set(engine.model, result);
  return result;
};

/** By model, which an engine shares with its traced variants. */
const turns = new WeakMap<Model, Promise<unknown>>();

/** A store that holds copies of rows. */
type CopyStore = 'graph' | 'vector';

const project = async (engine: Engine, type: TableType, keys: readonly string[]): Promise<Error | undefined> => {
  const copies: CopyStore[] = [...(type.node ? (['graph'] as const) : []), ...(type.embedding ? (['vector'] as const) : [])];
  const failures = new Map<CopyStore, unknown>();
  for (let start = 0; start < keys.length && failures.size < copies.length; start += BLOCK_ROWS) {
    const block = keys.slice(start, start + BLOCK_ROWS);
    let rows: ProjectedRow[];
    try {
      rows = await readRows(engine, type, block);
    } catch (error) {
      // The rows could not be read, so no copy of them is written.
      return projectionError(type, copies, toGatewayError('relational', error), error);
    }
    const there = new Set(rows.map((row) => row.key));
    const gone = block.filter((key) => !there.has(key));
    for (const store of copies) {
      if (failures.has(store)) continue;
      await copy[store](engine, type, rows, gone).catch((error: unknown) => failures.set(store, error));
    }
  }
  const [first] = failures;
  return first && projectionError(type, [...failures.keys()], toGatewayError(first[0], first[1]), first[1]);
};

/** Writes the copies of these rows, and deletes those of deleted rows. */
const copy: Readonly<
  Record<CopyStore, (engine: Engine, type: TableType, rows: readonly ProjectedRow[], gone: readonly string[]) => Promise<void>>
> = {
  graph: async ({ stores }, type, rows, gone) => {
    await stores.graph.transaction((runner) => writeNodes(runner, type, rows));
    if (gone.length > 0)
      await stores.graph.write.run(`MATCH (n${labelsToCypher(type.node!.labels)}) WHERE n.id IN $keys DETACH DELETE n`, { keys: gone });
  },
  vector: async (engine, type, rows, gone) => {
    await writePoints(engine, type as EmbeddedType, rows);
    const keys = gone.map((key) => ({ key, values: new Map<string, string | null>() }));
    if (keys.length > 0) await removePoints(engine.stores.vector.client, type as EmbeddedType, keys);
  },
};

const NAMES: Readonly<Record<CopyStore, string>> = { graph: 'the graph store', vector: 'the vector store' };

/** @param copies the stores whose copies were not written; another store may have failed */
const projectionError = (type: TableType, copies: readonly CopyStore[], known: Error, cause: unknown): Error => {
  const detail = known instanceof GatewayError ? known.message.split(/(?<=\.) /)[0]! : 'the store refused them.';
  const names = copies.map((store) => NAMES[store]).join(' and ');
  return new GatewayError(
    'PROJECTION_FAILED',
    { type: type.name, copies: names, detail },
    { cause, extensions: { store: copies[0], stores: copies, written: true } },
  );
};

interface ProjectedRow extends PointRow {
  readonly properties: Record<string, unknown>;
}

const readRows = async (engine: Engine, type: TableType, keys: readonly string[]): Promise<ProjectedRow[]> => {
  const carried = columnFields(type).filter((field) => field.property !== undefined);
  const key = keyColumn(type);
  const columns = [
    ...new Set([key.name, ...carried.map((field) => field.column.name), ...(type.embedding ? pointColumns(type as EmbeddedType) : [])]),
  ];
  const texts = columns.map((name) => `${quoteName(name)}::text`).join(', ');
  const text = `SELECT ${texts} FROM ${system(type.table)} WHERE ${quoteName(key.name)} = ANY($1::${key.sqlType}[])`;
  const rows = await engine.stores.relational.read({ text, values: [keys] }, { primary: true });
  return rows.map((row) => {
    const values = new Map(columns.map((name, index) => [name, row[index] ?? null]));
    return {
      key: row[0]!,
      values,
      properties: Object.fromEntries(
        carried.map((field) => [field.property!, propertyValue(field, values.get(field.column.name) ?? null)]),
      ),
    };
  });
};

const propertyValue = (field: ColumnField, text: string | null): unknown => {
  if (text === null) return null;
  if (field.scalar === 'Int' || field.scalar === 'Float') return Number(text);
  if (field.scalar === 'Boolean') return text === 'true';
  return text;
};

const writeNodes = async (runner: GraphRunner, type: TableType, rows: readonly ProjectedRow[]): Promise<void> => {
  const [first, ...others] = type.node!.labels.map(quoteLabel);
  const more = others.length === 0 ? '' : ` SET n:${others.join(':')}`;
  await runner.run(`UNWIND $rows AS row MERGE (n:${first} {id: row.key}) SET n += row.properties${more}`, {
    rows: rows.map(({ key, properties }) => ({ key, properties })),
  });
};
