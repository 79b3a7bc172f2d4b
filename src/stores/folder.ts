import { closeSync, mkdirSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { GatewayError, messageOf } from '../errors.js';

/** Folders that this process holds: its own pid in a lock file may also be that of a process before it, as in a container. */
const held = new Set<string>();

/**
 * Takes the data folder for this process: makes it, and holds a lock file in it, since two processes writing the same
 * embedded stores would damage them. A lock whose process is gone is taken over.
 *
 * @returns the function that gives the folder back
 */
export const lockFolder = (path: string): (() => void) => {
  const lock = join(path, 'lock');
  try {
    mkdirSync(path, { recursive: true });
    for (;;) {
      try {
        const file = openSync(lock, 'wx');
        writeSync(file, String(process.pid));
        closeSync(file);
        held.add(lock);
        return () => {
          held.delete(lock);
          rmSync(lock, { force: true });
        };
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
      }
      const holder = Number(readFileSync(lock, 'utf8'));
      if (holder === process.pid ? held.has(lock) : isRunning(holder)) {
        throw new GatewayError('DATA_FOLDER', { path, detail: `process ${holder} is using it` });
      }
      rmSync(lock, { force: true });
    }
  } catch (error) {
    if (error instanceof GatewayError) throw error;
    throw new GatewayError('DATA_FOLDER', { path, detail: messageOf(error) }, { cause: error });
  }
};

const isRunning = (pid: number): boolean => {
  if (!Number.isInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
};
