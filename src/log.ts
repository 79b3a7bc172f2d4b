import { inspect } from 'node:util';

/** Where the gateway writes its lines. Passed in, never a global; a test passes one that collects. */
export interface Log {
  info(line: string): void;
  warn(line: string): void;
  /** `cause` is written for the operator, with its stack; it never goes to a client. */
  error(line: string, cause?: unknown): void;
}

/** Plain lines: `info` to standard output, the rest to standard error. */
export const createConsoleLog = (): Log => ({
  info: (line) => process.stdout.write(`${line}\n`),
  warn: (line) => process.stderr.write(`warning: ${line}\n`),
  error: (line, cause) => {
    const detail = cause instanceof Error ? (cause.stack ?? cause.message) : cause === undefined ? '' : inspect(cause);
    process.stderr.write(`error: ${line}${detail ? `\n${detail}` : ''}\n`);
  },
});

export const createSilentLog = (): Log => ({ info() {}, warn() {}, error() {} });
