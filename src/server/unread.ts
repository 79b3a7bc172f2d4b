import type { ServerResponse } from 'node:http';
import type { Written } from '../execute/byte-text.js';
import type { Log } from '../log.js';

/** So many bytes are handed to a connection at a time: what it takes of a larger piece cannot be seen before it has taken all. */
const PIECE_BYTES = 262_144;

export interface UnreadOptions {
  readonly log: Log;
  /** Most bytes of the buffers of all answers that are not taken yet. @default 268_435_456 (256 MiB) */
  readonly maxBytes?: number | undefined;
  /** A connection that takes nothing for so long is closed, in milliseconds. @default 30_000 */
  readonly idleMs?: number | undefined;
}

interface Answer {
  readonly response: ServerResponse;
  /** Bytes of the whole buffer, which is kept until the last of them is taken. */
  readonly size: number;
  /** When bytes were taken last, in milliseconds of the process. */
  takenAt: number;
}

/**
 * Sends answers and keeps what clients have not taken of them within bounds: a client that asks for much and reads nothing would
 * have the gateway keep it for ever.
 */
export class Unread {
  readonly #answers = new Set<Answer>();
  readonly #log: Log;
  readonly #maxBytes: number;
  readonly #idleMs: number;
  readonly #sweep: NodeJS.Timeout;
  #bytes = 0;

  constructor({ log, maxBytes = 268_435_456, idleMs = 30_000 }: UnreadOptions) {
    this.#log = log;
    this.#maxBytes = maxBytes;
    this.#idleMs = idleMs;
    this.#sweep = setInterval(() => this.#closeIdle(), idleMs / 10).unref();
  }

  /** Bytes of the buffers of answers that clients have not taken yet. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Ends a response with these bytes, which are released once the operating system has them, or the connection is closed. */
  send(response: ServerResponse, { bytes, release }: Written): void {
    // Of one that is closed already nothing would ever be heard again.
    if (response.destroyed) return release();
    const answer: Answer = { response, size: bytes.buffer.byteLength, takenAt: performance.now() };
    this.#answers.add(answer);
    this.#bytes += answer.size;
    // By then nothing is written any more, whether all was taken or not.
    response.on('close', () => {
      this.#answers.delete(answer);
      this.#bytes -= answer.size;
      release();
    });
    this.#makeRoom(answer);
    if (bytes.length > PIECE_BYTES) response.setHeader('content-length', bytes.length);
    this.#sendFrom(answer, bytes, 0);
  }

  #sendFrom(answer: Answer, bytes: Buffer, from: number): void {
    const to = from + PIECE_BYTES;
    if (to >= bytes.length) return void answer.response.end(from === 0 ? bytes : bytes.subarray(from));
    answer.response.write(bytes.subarray(from, to), (error) => {
      if (error) return;
      answer.takenAt = performance.now();
      this.#sendFrom(answer, bytes, to);
    });
  }

  /** Closes connections that have taken nothing for longest, until what is left is within the bounds. */
  #makeRoom(newest: Answer): void {
    const idle =
      this.#bytes > this.#maxBytes
        ? [...this.#answers].filter((answer) => answer !== newest).sort((left, right) => left.takenAt - right.takenAt)
        : [];
    let excess = this.#bytes - this.#maxBytes;
    const closed = idle.filter(({ size }) => excess > 0 && ((excess -= size), true));
    this.#close(closed, `as more than ${this.#maxBytes} bytes of answers were waiting (MAX_UNREAD_BYTES)`);
  }

  #closeIdle(): void {
    const before = performance.now() - this.#idleMs;
    const idle = [...this.#answers].filter(({ takenAt }) => takenAt < before);
    this.#close(idle, `as nothing of their answers was taken for ${this.#idleMs / 1000} s`);
  }

  #close(answers: readonly Answer[], why: string): void {
    for (const { response } of answers) response.destroy();
    if (answers.length > 0) this.#log.warn(`connections closed: ${answers.length}, ${why}`);
  }

  /** Ends the watch. */
  close(): void {
    clearInterval(this.#sweep);
  }
}
