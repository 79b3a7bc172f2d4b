import { Worker } from 'node:worker_threads';
import { messageOf } from '../../errors.js';
import { ROOT } from '../../root.js';
import type { PostgresReport, PostgresRequest, PostgresThreadData } from './messages.js';

/** PostgreSQL knows its own stack and refuses what goes too deep; the one that the thread runs on must not be over before. */
const STACK_MB = 64;

/** How often a statement is told again to end: PostgreSQL forgets it where it is just reading the next message. */
const AGAIN_MS = 25;

/** The thread makes little garbage: most of its memory is PostgreSQL's. */
const YOUNG_MB = 4;

export interface PostgresThreadOptions extends Omit<PostgresThreadData, 'taken'> {
  /** How long a statement may take to end once it is told; after that the thread ends with it. */
  readonly graceMs: number;
  /** Called once, when an open database has ended: the reason, unless it was closed. */
  readonly onEnd: (reason: string | undefined) => void;
}

/** Takes a part of an answer. */
export type OnBlock = (bytes: Buffer) => void;

interface Run {
  readonly onBlock: OnBlock;
  readonly resolve: () => void;
  readonly reject: (error: Error) => void;
}

/** One life of an embedded PostgreSQL: a thread that runs one request at a time. */
export class PostgresThread {
  readonly #worker: Worker;
  readonly #options: PostgresThreadOptions;
  readonly #taken = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
  #flags: (() => void) | undefined;
  #opening: Run | undefined;
  #run: Run | undefined;
  #reports: PostgresReport[] = [];
  #draining = false;
  #reason: string | undefined;
  #closed = false;
  #ended = false;

  private constructor(options: PostgresThreadOptions) {
    const { path, template, vectors } = options;
    this.#options = options;
    const data: PostgresThreadData = { path, template, vectors, taken: this.#taken.buffer };
    const resourceLimits = { stackSizeMb: STACK_MB, maxYoungGenerationSizeMb: YOUNG_MB };
    this.#worker = new Worker(new URL('bin/postgres.js', ROOT), { workerData: data, resourceLimits });
    this.#worker.on('message', (report: PostgresReport) => this.#receive(report));
    this.#worker.on('error', (error) => (this.#reason ??= messageOf(error)));
    this.#worker.once('exit', (code) => this.#end(code));
  }

  /** @throws what kept PostgreSQL from opening */
  static async open(options: PostgresThreadOptions): Promise<PostgresThread> {
    const thread = new PostgresThread(options);
    await new Promise<void>((resolve, reject) => (thread.#opening = { onBlock: () => {}, resolve, reject }));
    thread.#worker.unref();
    return thread;
  }

  get hasEnded(): boolean {
    return this.#ended;
  }

  /** Sends messages of the protocol. Nothing else may be under way. */
  run(bytes: Uint8Array, onBlock: OnBlock): Promise<void> {
    if (this.#ended) return Promise.reject(this.#fault());
    this.#worker.ref();
    return new Promise<void>((resolve, reject) => {
      this.#run = { onBlock, resolve, reject };
      this.#worker.postMessage({ kind: 'run', bytes } satisfies PostgresRequest);
    }).finally(() => this.#worker.unref());
  }

  /** Ends what is under way; where it does not end in time, the thread with it. */
  interrupt(): void {
    const run = this.#run;
    if (!run) return;
    const last = performance.now() + this.#options.graceMs;
    const tell = () => {
      if (this.#run !== run || this.#ended) return;
      if (performance.now() > last) return this.kill('a statement did not end after it was cancelled');
      this.#flags?.();
      setTimeout(tell, AGAIN_MS);
    };
    tell();
  }

  kill(reason: string): void {
    this.#reason ??= reason;
    void this.#worker.terminate();
  }

  /** Closes the database and ends the thread. Nothing may be under way. */
  async close(): Promise<void> {
    if (this.#ended) return;
    this.#worker.ref();
    const exit = new Promise((resolve) => this.#worker.once('exit', resolve));
    this.#worker.postMessage({ kind: 'close' } satisfies PostgresRequest);
    await exit;
  }

  #receive(report: PostgresReport): void {
    if (report.kind === 'fault') return this.kill(report.reason);
    this.#reports.push(report);
    if (!this.#draining) this.#drain();
  }

  /** One block each turn, so that a long answer does not hold others up. */
  #drain(): void {
    const report = this.#reports.shift();
    this.#draining = report !== undefined;
    if (report === undefined) return;
    if (report.kind === 'block') {
      this.#run?.onBlock(Buffer.from(report.bytes.buffer as ArrayBuffer, report.bytes.byteOffset, report.bytes.byteLength));
      Atomics.add(this.#taken, 0, 1);
      Atomics.notify(this.#taken, 0);
      setImmediate(() => this.#drain());
      return;
    }
    if (report.kind === 'open') {
      const memory = new Int32Array(report.memory);
      this.#flags = () => report.flags.forEach((flag) => Atomics.store(memory, flag, 1));
      this.#opening?.resolve();
      this.#opening = undefined;
    } else if (report.kind === 'done') {
      const run = this.#run;
      this.#run = undefined;
      run?.resolve();
    } else this.#closed = true;
    this.#drain();
  }

  #end(code: number): void {
    this.#ended = true;
    if (!this.#closed) this.#reason ??= `its thread ended with ${code}`;
    if (this.#opening)
      return this.#opening.reject(new Error(`the embedded PostgreSQL in ${this.#options.path} did not open: ${this.#reason}`));
    this.#run?.reject(this.#fault());
    this.#run = undefined;
    this.#options.onEnd(this.#closed ? undefined : this.#reason);
  }

  #fault(): Error {
    return new Error(`Connection terminated: ${this.#reason ?? 'it was closed'}`);
  }
}
