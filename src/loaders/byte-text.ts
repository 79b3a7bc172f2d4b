/** Texts are encoded when so many characters have gathered: fewer calls, and none of them is old by then. */
const CHARACTERS = 4_096;

/** A UTF-8 text that grows at its end. What is added is encoded soon, so no text lives longer than it takes to make it. */
export class ByteText {
  #bytes: Buffer;
  #length = 0;
  #waiting = '';

  /** @param size bytes that are made ready; more are when needed */
  constructor(size: number) {
    this.#bytes = Buffer.allocUnsafe(size);
  }

  get isEmpty(): boolean {
    return this.#length === 0 && this.#waiting === '';
  }

  add(text: string): void {
    this.#waiting += text;
    if (this.#waiting.length >= CHARACTERS) this.#encode();
  }

  /** The whole text; nothing may be added after. */
  end(): Buffer {
    this.#encode();
    return this.#bytes.subarray(0, this.#length);
  }

  #encode(): void {
    // A UTF-16 unit takes at most three bytes.
    const needed = this.#length + 3 * this.#waiting.length;
    if (needed > this.#bytes.length) {
      const larger = Buffer.allocUnsafe(Math.max(needed, 2 * this.#bytes.length));
      this.#bytes.copy(larger, 0, 0, this.#length);
      this.#bytes = larger;
    }
    this.#length += this.#bytes.write(this.#waiting, this.#length, 'utf8');
    this.#waiting = '';
  }
}
