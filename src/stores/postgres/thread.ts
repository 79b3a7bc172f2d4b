import { cpSync, existsSync, mkdirSync, renameSync, rmdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { parentPort, workerData } from 'node:worker_threads';
import { messageOf } from '../../errors.js';
import { BLOCKS_AHEAD, type PostgresReport, type PostgresRequest, type PostgresThreadData } from './messages.js';
import { shareMemories } from './shared-memory.js';

/** The thread of one embedded PostgreSQL. While it computes it hears nothing: it is stopped by flags in its memory. */
const { path, template, vectors, taken } = workerData as PostgresThreadData;
const port = parentPort!;

/** Bytes of an answer that go to the other thread at once. */
const BLOCK = 65_536;

/**
 * PostgreSQL takes and clears all of it at the start: its default of 128 MB is a fifth of a second and a lot of memory. A search scans all
 * vectors of its collection: 10,000 take 20 MB, and if they do not fit, each search reads them from the file system, twice as slowly.
 */
const BUFFERS = '32MB';

/** The status of what PGlite throws where PostgreSQL jumps back to its main loop after an error: its own name for it is private. */
const JUMP = 100;

/** What of PGlite's module its types leave out: where PostgreSQL keeps its flags. */
interface PostgresModule {
  readonly wasmMemory: { readonly buffer: SharedArrayBuffer };
  readonly _InterruptPending: number;
  readonly _QueryCancelPending: number;
  _PostgresMainLoopOnce(): void;
}

const tell = (report: PostgresReport, transfer: ArrayBuffer[] = []): void => port.postMessage(report, transfer);

/** Whole or not there: a start that is killed in the middle leaves no half of a database. */
const copyTemplate = (from: string): void => {
  rmSync(`${path}.new`, { recursive: true, force: true });
  cpSync(from, `${path}.new`, { recursive: true });
  rmdirSync(path);
  renameSync(`${path}.new`, path);
};

const open = async () => {
  shareMemories();
  const [{ PGlite }, { uuid_ossp }, { pg_trgm }, { citext }, vector] = await Promise.all([
    import('@electric-sql/pglite'),
    import('@electric-sql/pglite/contrib/uuid_ossp'),
    import('@electric-sql/pglite/contrib/pg_trgm'),
    import('@electric-sql/pglite/contrib/citext'),
    vectors ? import('@electric-sql/pglite-pgvector') : {},
  ]);
  mkdirSync(path, { recursive: true });
  if (template !== undefined && !existsSync(join(path, 'PG_VERSION'))) copyTemplate(template);
  return PGlite.create({
    dataDir: path,
    extensions: { uuid_ossp, pg_trgm, citext, ...vector },
    // The text of times and intervals depends on these settings; times leave the gateway in UTC.
    startParams: [...PGlite.defaultStartParams, '-c', 'TimeZone=UTC', '-c', 'IntervalStyle=iso_8601', '-c', `shared_buffers=${BUFFERS}`],
  });
};

const database = await open();
const module = database.Module as unknown as PostgresModule;
const flags = [module._QueryCancelPending, module._InterruptPending].map((address) => address / Int32Array.BYTES_PER_ELEMENT);
const memory = module.wasmMemory.buffer;
const numbers = new Int32Array(memory);
const counted = new Int32Array(taken);
if (!(memory instanceof SharedArrayBuffer) || !flags.every(Number.isInteger))
  throw new Error('this version of PGlite does not say where PostgreSQL keeps its flags');

// PGlite takes whatever is thrown here for one of PostgreSQL's own jumps, and goes on with what is left of it.
const once = module._PostgresMainLoopOnce.bind(module);
module._PostgresMainLoopOnce = () => {
  try {
    once();
  } catch (error) {
    if ((error as { status?: unknown }).status !== JUMP) tell({ kind: 'fault', reason: messageOf(error) });
    throw error;
  }
};

let block = new Uint8Array(BLOCK);
let filled = 0;
let sent = 0;

const send = (): void => {
  if (filled === 0) return;
  const bytes = filled > BLOCK / 2 ? block.subarray(0, filled) : block.slice(0, filled);
  if (bytes.buffer === block.buffer) block = new Uint8Array(BLOCK);
  filled = 0;
  tell({ kind: 'block', bytes }, [bytes.buffer]);
  sent += 1;
  for (let seen = Atomics.load(counted, 0); sent - seen > BLOCKS_AHEAD; seen = Atomics.load(counted, 0)) Atomics.wait(counted, 0, seen);
};

const collect = (data: Uint8Array): void => {
  for (let start = 0; start < data.length;) {
    const part = data.subarray(start, start + BLOCK - filled);
    block.set(part, filled);
    filled += part.length;
    start += part.length;
    if (filled === BLOCK) send();
  }
};

const run = async (bytes: Uint8Array): Promise<void> => {
  // Meant for the statement before this one, which had ended by itself.
  for (const flag of flags) Atomics.store(numbers, flag, 0);
  await database.execProtocolRawStream(bytes, { syncToFs: false, onRawData: collect });
  send();
  tell({ kind: 'done' });
};

port.on('message', (request: PostgresRequest) => {
  if (request.kind === 'run') return void run(request.bytes);
  void database.close().then(() => {
    tell({ kind: 'closed' });
    port.close();
  });
});
tell({ kind: 'open', memory, flags });
