import type { ServerResponse } from 'node:http';
import type { Written } from '../execute/byte-text.js';
import type { Log } from '../log.js';

/** Bytes written to a connection at a time: of a larger chunk Node does not report progress before all of it is sent. */
const PIECE_BYTES = 262_144;

export interface UnreadOptions {
  readonly log: Log;
  /** Maximum size of all responses that clients have not read yet, in bytes. @default 268_435_456 (256 MiB) */
  readonly maxBytes?: number | undefined;
  /** A connection that reads nothing for this long is closed, in milliseconds. @default 30_000 */
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
 * Sends responses and limits the memory of those that clients have not read yet: a client that requests much and reads nothing
 * would otherwise occupy it forever.
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

  /** Bytes of responses that clients have not read yet. */
  get bytes(): number {
    return this.#bytes;
  }

  /**
   * Sends a response with these bytes, which are released once the operating system has them, or the connection is closed.
   *
   * @param headers names and values in turn; those that the response already has are sent, too
   */
  send(response: ServerResponse, { bytes, release }: Written, status = 200, headers: readonly string[] = []): void {
    // A connection that is already closed would never emit another event.
    if (response.destroyed) return release();
    const answer: Answer = { response, size: bytes.buffer.byteLength, takenAt: performance.now() };
    this.#answers.add(answer);
    this.#bytes += answer.size;
    // From here on nothing is written, whether the client has read everything or not.
    response.on('close', () => {
      this.#answers.delete(answer);
      this.#bytes -= answer.size;
      release();
    });
    this.#makeRoom(answer);
    response.writeHead(status, [...headers, 'content-length', String(bytes.length)]);
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

  /** Closes the connections that have been idle longest, until the rest fits the limit. */
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

  /** Stops the timer. */
  close(): void {
    clearInterval(this.#sweep);
  }
}
