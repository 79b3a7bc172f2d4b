import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { inject, vi } from 'vitest';
import { copyFolder, temporaryFolder } from './folders.js';

const BIN = fileURLToPath(new URL('../../bin/odras-gateway.js', import.meta.url));
export const { path: work, remove } = temporaryFolder();
const running: ChildProcess[] = [];

export interface Run {
  readonly child: ChildProcess;
  readonly output: () => string;
  readonly exit: Promise<number | null>;
}

/** Starts the command as a user does; `endRuns` ends it. */
export const run = (args: string[], environment: Record<string, string> = {}): Run => {
  const child = spawn(process.execPath, [BIN, ...args], { env: { ...process.env, ...environment }, cwd: work });
  running.push(child);
  let text = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (text += chunk.toString()));
  return { child, output: () => text, exit: once(child, 'close').then(([code]) => code as number | null) };
};

/** The address that a start says. */
export const url = async ({ output }: Run): Promise<string> =>
  vi.waitFor(() => /open (\S+) in/.exec(output())![1]!, { timeout: 60_000, interval: 50 });

export const ask = async (address: string, query: string): Promise<unknown> => {
  const response = await fetch(address, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query }),
  });
  return ((await response.json()) as { data: unknown }).data;
};

/** A data folder of this name with the demonstration data. */
export const folder = (name: string): string => {
  const path = join(work, name);
  copyFolder(inject('filledFolder'), path);
  return path;
};

/** Ends what a test has started and not ended. */
export const endRuns = (): void => {
  for (const child of running.splice(0)) child.kill('SIGKILL');
};
