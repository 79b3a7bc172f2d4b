/** What of WebAssembly is replaced; the library of types that knows it is for browsers. */
interface WasmApi {
  Memory: new (limits: { readonly initial: number; readonly maximum?: number; readonly shared?: boolean }) => object;
  Module: new (bytes: Uint8Array) => object;
  compile: (bytes: Uint8Array) => Promise<object>;
  instantiate: (source: Uint8Array | object, imports?: object) => Promise<unknown>;
}

const IMPORTS = 2;
const MEMORY = 2;
/** Bytes after the kind of an import that is no memory: how to skip them. */
const SKIPPED: Readonly<Record<number, (bytes: Uint8Array, at: number) => number>> = {
  0: (bytes, at) => numberAt(bytes, at).next,
  1: (bytes, at) => limitsAt(bytes, at + 1).next,
  3: (_, at) => at + 2,
  4: (bytes, at) => numberAt(bytes, at + 1).next,
};
/** Pages of 64 KiB in 4 GiB: what a memory without a maximum may grow to. */
const ALL_PAGES = 65_536;

/**
 * Makes every memory of this thread a shared one, and every module take such. Another thread can then set the flags by which
 * PostgreSQL is told to end a statement: where it runs in WebAssembly there are no signals.
 */
export const shareMemories = (): void => {
  const wasm = (globalThis as unknown as { readonly WebAssembly: WasmApi }).WebAssembly;
  const { Memory, Module, compile, instantiate } = wasm;
  const shared = (source: Uint8Array | object): Uint8Array | object => {
    if (source instanceof ArrayBuffer) return withSharedMemory(new Uint8Array(source));
    return ArrayBuffer.isView(source) ? withSharedMemory(new Uint8Array(source.buffer, source.byteOffset, source.byteLength)) : source;
  };
  wasm.Memory = class extends Memory {
    constructor(limits: { readonly initial: number; readonly maximum?: number }) {
      super({ maximum: ALL_PAGES, ...limits, shared: true });
    }
  };
  wasm.Module = class extends Module {
    constructor(bytes: Uint8Array) {
      super(shared(bytes) as Uint8Array);
    }
    /** A module that was made by `compile` is one, too. */
    static override [Symbol.hasInstance](value: unknown): boolean {
      return value instanceof Module;
    }
  };
  wasm.compile = (bytes) => compile(shared(bytes) as Uint8Array);
  wasm.instantiate = (source, imports) => instantiate(shared(source), imports);
};

/** The same module, whose imported memory is a shared one; one that imports none as it is. */
export const withSharedMemory = (bytes: Uint8Array): Uint8Array => {
  // After eight bytes of magic and version: an id, a size and as many bytes, again and again.
  for (let start = 8; start < bytes.length;) {
    const { value: size, next } = numberAt(bytes, start + 1);
    if (bytes[start] === IMPORTS) {
      const section = withSharedImport(bytes.subarray(next, next + size));
      return section
        ? Buffer.concat([bytes.subarray(0, start + 1), Buffer.from(toNumber(section.length)), section, bytes.subarray(next + size)])
        : bytes;
    }
    start = next + size;
  }
  return bytes;
};

const withSharedImport = (section: Uint8Array): Uint8Array | undefined => {
  const { value: count, next } = numberAt(section, 0);
  let at = next;
  for (let index = 0; index < count; index += 1) {
    // The names of the module and of what is imported.
    at = textAt(section, textAt(section, at));
    const kind = section[at]!;
    at += 1;
    if (kind === MEMORY) {
      const { minimum, maximum, next: rest } = limitsAt(section, at);
      return Buffer.concat([section.subarray(0, at), Buffer.from([3, ...toNumber(minimum), ...toNumber(maximum)]), section.subarray(rest)]);
    }
    const skip = SKIPPED[kind];
    if (!skip) throw new Error(`a WebAssembly module imports something of the kind ${kind}, which is not known`);
    at = skip(section, at);
  }
  return undefined;
};

const limitsAt = (bytes: Uint8Array, at: number): { minimum: number; maximum: number; next: number } => {
  const minimum = numberAt(bytes, at + 1);
  if ((bytes[at]! & 1) === 0) return { minimum: minimum.value, maximum: ALL_PAGES, next: minimum.next };
  const maximum = numberAt(bytes, minimum.next);
  return { minimum: minimum.value, maximum: maximum.value, next: maximum.next };
};

/** Where a text ends. */
const textAt = (bytes: Uint8Array, at: number): number => {
  const { value, next } = numberAt(bytes, at);
  return next + value;
};

/** A number in seven bits a byte, the lowest first. */
const numberAt = (bytes: Uint8Array, at: number): { value: number; next: number } => {
  let value = 0;
  for (let index = at, shift = 0; ; index += 1, shift += 7) {
    const byte = bytes[index]!;
    value += (byte & 127) * 2 ** shift;
    if (byte < 128) return { value, next: index + 1 };
  }
};

const toNumber = (value: number): number[] => (value < 128 ? [value] : [(value % 128) + 128, ...toNumber(Math.floor(value / 128))]);
