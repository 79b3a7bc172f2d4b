/** Texts are encoded when so many characters have gathered: fewer calls, and none of them is old by then. */
const CHARACTERS = 4_096;

const LONG = 2 * CHARACTERS;

/** Smallest buffer that is made, and most bytes that are kept for answers to come. */
const MIN_BYTES = 16_384;
const MAX_KEPT_BYTES = 33_554_432;

/**
 * Buffers by size, a power of two. Used again, they do not become garbage outside of the heap, for whose sake V8 would collect the
 * whole heap several times a second.
 */
class Buffers {
  readonly #free = new Map<number, Buffer[]>();
  #keptBytes = 0;

  take(bytes: number): Buffer {
    const size = Math.max(MIN_BYTES, 2 ** Math.ceil(Math.log2(bytes)));
    const buffer = this.#free.get(size)?.pop();
    if (!buffer) return Buffer.allocUnsafeSlow(size);
    this.#keptBytes -= size;
    return buffer;
  }

  give(buffer: Buffer): void {
    const size = buffer.length;
    if (this.#keptBytes + size > MAX_KEPT_BYTES) return;
    this.#keptBytes += size;
    const free = this.#free.get(size);
    if (free) free.push(buffer);
    else this.#free.set(size, [buffer]);
  }
}

const buffers = new Buffers();

/** A text that is written. */
export interface Written {
  readonly bytes: Buffer;
  /** To be called once, when nobody reads the bytes any more: then others are written in their place. */
  readonly release: () => void;
}

const NO_BYTES = Buffer.alloc(0);

/** A UTF-8 text that grows at its end. What is added is encoded soon, so no text lives longer than it takes to make it. */
export class ByteText {
  readonly #expected: number;
  #buffer: Buffer = NO_BYTES;
  #length = 0;
  #waiting = '';

  /** @param expected bytes to make ready with the first text: an answer that still waits for a store needs none */
  constructor(expected: number) {
    this.#expected = expected;
  }

  /** Bytes so far, of what waits to be encoded its characters. */
  get length(): number {
    return this.#length + this.#waiting.length;
  }

  add(text: string): this {
    this.#waiting += text;
    if (this.#waiting.length >= CHARACTERS) this.#encode();
    return this;
  }

  /** Adds a text that nobody else needs. */
  addAll({ bytes, release }: Written): this {
    this.#encode();
    this.#reserve(bytes.length);
    this.#length += bytes.copy(this.#buffer, this.#length);
    release();
    return this;
  }

  /** The whole text; nothing may be added after. */
  end(): Written {
    this.#encode();
    const buffer = this.#buffer;
    return { bytes: buffer.subarray(0, this.#length), release: () => buffers.give(buffer) };
  }

  #encode(): void {
    // A UTF-16 unit takes at most three bytes; of a long text they are counted.
    this.#reserve(this.#waiting.length > LONG ? Buffer.byteLength(this.#waiting) : 3 * this.#waiting.length);
    this.#length += this.#buffer.write(this.#waiting, this.#length, 'utf8');
    this.#waiting = '';
  }

  #reserve(bytes: number): void {
    if (this.#length + bytes <= this.#buffer.length) return;
    const larger = buffers.take(Math.max(this.#expected, this.#length + bytes));
    this.#buffer.copy(larger, 0, 0, this.#length);
    if (this.#buffer !== NO_BYTES) buffers.give(this.#buffer);
    this.#buffer = larger;
  }
}
