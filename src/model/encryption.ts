import { createCipheriv, createDecipheriv, createHash, createHmac, hkdfSync, randomBytes } from 'node:crypto';
import { GatewayError } from '../errors.js';

/** A key of 256 bits. */
interface Key {
  /** First eight hexadecimal digits of its SHA-256. */
  readonly id: string;
  readonly bytes: Buffer;
  readonly searchBytes: Buffer;
}

const FORM = /^odras1:([0-9a-f]{8}):([A-Za-z0-9_-]{38,})$/;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
export const KEY_BYTES = 32;

/** The keys of encrypted columns: the first one encrypts, all of them decrypt. Read from files after the schema is compiled. */
export class Keyring {
  #keys: readonly Key[] = [];

  /** @param keys 32 bytes each */
  use(keys: readonly Buffer[]): void {
    this.#keys = keys.map((bytes) => ({
      id: createHash('sha256').update(bytes).digest('hex').slice(0, 8),
      bytes,
      searchBytes: Buffer.from(hkdfSync('sha256', bytes, '', 'odras-gateway search', KEY_BYTES)),
    }));
  }

  /** What begins the values of the key that encrypts. */
  get prefix(): string {
    return `odras1:${this.#first.id}:`;
  }

  /** "odras1:1f3a90c2:..." with nonce, ciphertext and tag in base64url. */
  seal(text: string, context: string): string {
    const { bytes } = this.#first;
    const nonce = randomBytes(NONCE_BYTES);
    const cipher = createCipheriv('aes-256-gcm', bytes, nonce).setAAD(Buffer.from(context));
    const sealed = Buffer.concat([nonce, cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()]);
    return this.prefix + sealed.toString('base64url');
  }

  /** The text of a value; undefined if no key fits, or it was tampered with. */
  open(value: string, context: string): string | undefined {
    const [, id, body] = FORM.exec(value) ?? [];
    const key = this.#keys.find((each) => each.id === id);
    if (!key || body === undefined) return undefined;
    const bytes = Buffer.from(body, 'base64url');
    try {
      const decipher = createDecipheriv('aes-256-gcm', key.bytes, bytes.subarray(0, NONCE_BYTES), { authTagLength: TAG_BYTES });
      decipher.setAAD(Buffer.from(context)).setAuthTag(bytes.subarray(-TAG_BYTES));
      return Buffer.concat([decipher.update(bytes.subarray(NONCE_BYTES, -TAG_BYTES)), decipher.final()]).toString('utf8');
    } catch {
      return undefined;
    }
  }

  /** The hash of a value that is written. */
  hash(text: string, context: string): string {
    return hashBy(this.#first, text, context);
  }

  /** The hashes that a value may have: one of each key, since some rows may still have that of an older one. */
  hashes(text: string, context: string): string[] {
    void this.#first;
    return this.#keys.map((key) => hashBy(key, text, context));
  }

  get #first(): Key {
    const [first] = this.#keys;
    if (!first) throw new GatewayError('KEYS_MISSING');
    return first;
  }
}

const hashBy = ({ searchBytes }: Key, text: string, context: string): string =>
  createHmac('sha256', searchBytes).update(`${context}\0${text}`).digest('base64url');

/** Whether a value looks encrypted, by whatever key. */
export const isSealed = (value: string): boolean => FORM.test(value);
