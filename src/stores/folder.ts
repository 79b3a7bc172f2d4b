import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { GatewayError, messageOf } from '../errors.js';
import type { Log } from '../log.js';
import { ROOT } from '../root.js';
import { presenceOf, readOwner, thisProcess, type Owner } from './folder-owner.js';

export interface LockOptions {
  readonly log: Log;
  /** How long the folder may take to answer. @default 10_000 */
  readonly answerMs?: number;
  /** How long an owner that cannot be seen from here may be silent: it is heard every second. @default 5_000 */
  readonly silenceMs?: number;
}

/** Ids of the locks of this process. */
const held = new Set<string>();

/** How often an owner is listened for, and how long one who takes a folder over waits whether another did the same. */
const LISTEN_MS = 250;

/**
 * Takes the data folder for this process: makes it, and holds a lock file in it, since two processes writing the same embedded stores
 * would damage them. A lock whose owner has gone is taken over: at once where the owner was a process of this machine, otherwise when
 * nothing has been heard of it for a while. The number of a process proves nothing: in containers all have the same.
 *
 * @returns the function that gives the folder back
 * @throws GatewayError DATA_FOLDER
 */
export const lockFolder = async (
  path: string,
  { log, answerMs = 10_000, silenceMs = 5_000 }: LockOptions,
): Promise<() => Promise<void>> => {
  const refused = (detail: string, cause?: unknown) => new GatewayError('DATA_FOLDER', { path, detail }, { cause });
  if (!(await answers(path, answerMs)))
    throw refused(`it has not responded for ${answerMs / 1_000} s, like a folder on a disconnected server`);
  try {
    mkdirSync(path, { recursive: true });
    const lock = join(path, 'lock');
    const owner = thisProcess();
    for (let isTakenOver = false; ; isTakenOver = true) {
      if (create(lock, owner)) {
        if (isTakenOver) await wait(LISTEN_MS);
        const now = isTakenOver ? ownerOf(lock) : owner;
        if (now?.id !== owner.id) throw refused('another gateway is taking it over');
        return hold(lock, owner);
      }
      const before = ownerOf(lock);
      if (!before) continue;
      const presence =
        before.pid === process.pid && before.space === owner.space ? (held.has(before.id) ? 'there' : 'gone') : presenceOf(before);
      if (presence === 'there') throw refused(`process ${before.pid} is using it`);
      if (presence === 'unseen') {
        const who = before.host === '' ? 'another gateway' : `process ${before.pid} of ${before.host}`;
        log.info(
          `  waiting  ${path} is locked by ${who}, which runs in another container or on another machine: taking over if it shows no ` +
            `sign of life for ${silenceMs / 1_000} s`,
        );
        if (await isHeard(lock, silenceMs)) throw refused(`${who} is using it, in another container or on another machine`);
      }
      // Another process may have been waiting for the same lock.
      if (ownerOf(lock)?.id === before.id) rmSync(lock, { force: true });
    }
  } catch (error) {
    throw error instanceof GatewayError ? error : refused(messageOf(error), error);
  }
};

/**
 * Whether the folder can be made and its lock be read: asked by a process of its own, since one that waits for a dead drive cannot even
 * end.
 */
const answers = async (path: string, answerMs: number): Promise<boolean> => {
  const script =
    "const fs = require('node:fs'); const [path, lock] = process.argv.slice(1); try { fs.mkdirSync(path, { recursive: true }); " +
    'fs.readFileSync(lock); } catch {}';
  const asking = spawn(process.execPath, ['-e', script, path, join(path, 'lock')], { stdio: 'ignore' });
  let hasAnswered = false;
  const answer = once(asking, 'exit').then(() => (hasAnswered = true));
  // In steps: while this thread does other things no time passes for the other process.
  for (let waited = 0; !hasAnswered && waited < answerMs; waited += LISTEN_MS) await Promise.race([answer, wait(LISTEN_MS)]);
  asking.kill('SIGKILL');
  asking.unref();
  return hasAnswered;
};

const create = (lock: string, owner: Owner): boolean => {
  try {
    writeFileSync(lock, JSON.stringify(owner), { flag: 'wx' });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
};

/** Undefined if the lock file no longer exists. */
const ownerOf = (lock: string): Owner | undefined => {
  try {
    return readOwner(readFileSync(lock, 'utf8'));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
};

/** Whether the owner of a lock gives a sign of life in time. Clocks of two machines differ, so only a change of its time counts. */
const isHeard = async (lock: string, silenceMs: number): Promise<boolean> => {
  const timeOf = () => statSync(lock, { throwIfNoEntry: false })?.mtimeMs;
  const first = timeOf();
  for (let waited = 0; waited < silenceMs; waited += LISTEN_MS) {
    await wait(LISTEN_MS);
    const now = timeOf();
    // An owner that has released the lock touches nothing, and there is no need to wait for it.
    if (now !== first) return now !== undefined;
  }
  return false;
};

const hold = (lock: string, { id }: Owner): (() => Promise<void>) => {
  held.add(id);
  const heart = new Worker(new URL('bin/heartbeat.js', ROOT), { workerData: lock });
  heart.unref();
  return async () => {
    await heart.terminate();
    held.delete(id);
    if (ownerOf(lock)?.id === id) rmSync(lock, { force: true });
  };
};
