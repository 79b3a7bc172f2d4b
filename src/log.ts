import { inspect } from 'node:util';

/** Where the gateway writes its lines. Passed in, never a global; a test passes one that collects. */
export interface Log {
  info(line: string): void;
  warn(line: string): void;
  /** `cause` is written for the operator, with its stack; it never goes to a client. */
  error(line: string, cause?: unknown): void;
}

/**
 * Plain lines: `info` to standard output, the rest to standard error. A store may say in an error what a client has sent: control
 * characters are escaped and all lines but the first indented, so that no request can write a line of its own, or steer a terminal.
 */
export const createConsoleLog = (): Log => ({
  info: (line) => process.stdout.write(`${line}\n`),
  warn: (line) => process.stderr.write(`warning: ${printable(line)}\n`),
  error: (line, cause) => {
    const detail = cause instanceof Error ? (cause.stack ?? cause.message) : cause === undefined ? '' : inspect(cause);
    process.stderr.write(`error: ${line}${detail ? `\n${printable(detail)}` : ''}\n`);
  },
});

/** Control characters and other ends of a line are escaped as in JSON, lines but the first are indented. */
const printable = (text: string): string =>
  text
    .replace(/(?!\n)[\p{Cc}\u2028\u2029]/gu, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`)
    .replace(/\n(?! )/g, '\n  ');

export const createSilentLog = (): Log => ({ info() {}, warn() {}, error() {} });
