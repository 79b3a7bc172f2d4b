import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync, existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createSilentLog } from '../../src/log.js';
import { lockFolder } from '../../src/stores/folder.js';
import { readOwner, thisProcess, type Owner } from '../../src/stores/folder-owner.js';

describe('the data folder', () => {
  let folder: string;
  let lock: string;
  let lines: string[];
  const log = { ...createSilentLog(), info: (line: string) => void lines.push(line) };
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'odras-test-'));
    lock = join(folder, 'lock');
    lines = [];
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const write = (owner: Partial<Owner> | number) =>
    writeFileSync(lock, JSON.stringify(typeof owner === 'number' ? owner : { ...thisProcess(), ...owner }));
  const take = (options: { answerMs?: number; silenceMs?: number } = {}) => lockFolder(folder, { log, ...options });
  /** What a lock says that was made where processes have other numbers: another container, another machine. */
  const elsewhere = { id: 'of another', host: 'elsewhere', pid: 1, space: 'another boot pid:[1]', began: '1' };

  it('is taken by one at a time, and given back', async () => {
    const release = await take();
    await expect(take()).rejects.toMatchObject({
      code: 'DATA_FOLDER',
      message: expect.stringContaining(`process ${process.pid} is using it`) as unknown,
    });
    await release();
    expect(existsSync(lock)).toBe(false);
    await (
      await take()
    )();
  });

  it('is made where it is not there', async () => {
    const release = await lockFolder(join(folder, 'a', 'b'), { log });
    expect(existsSync(join(folder, 'a', 'b', 'lock'))).toBe(true);
    await release();
  });

  it('is not waited for longer than it may take to answer', async () => {
    // Whoever opens a FIFO to read it waits until somebody writes.
    execFileSync('mkfifo', [lock]);
    await expect(take({ answerMs: 500 })).rejects.toMatchObject({
      code: 'DATA_FOLDER',
      message: expect.stringContaining('it has not responded for 0.5 s') as unknown,
    });
  });

  describe('of a process that was killed', () => {
    let other: ChildProcess;
    const kill = async () => {
      other.kill('SIGKILL');
      await once(other, 'exit');
    };
    beforeEach(async () => {
      other = spawn(process.execPath, ['-e', 'process.stdout.write("up"); setInterval(() => {}, 1000)'], {
        stdio: ['ignore', 'pipe', 'ignore'],
      });
      await once(other.stdout!, 'data');
    });
    afterEach(() => void other.kill('SIGKILL'));
    const began = (pid: number) => readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)!.split(' ')[19]!;

    it('is taken over at once, without a word', async () => {
      write({ id: 'of another', pid: other.pid!, began: began(other.pid!) });
      await expect(take()).rejects.toMatchObject({ message: expect.stringContaining(`process ${other.pid} is using it`) as unknown });
      await kill();
      await (
        await take({ silenceMs: 3_600_000 })
      )();
      expect(lines).toEqual([]);
    });

    it('is taken over though another process has its number now', async () => {
      write({ id: 'of another', pid: other.pid!, began: '1' });
      await (
        await take({ silenceMs: 3_600_000 })
      )();
    });

    it('is taken over where its lock is of an earlier form, which holds only its number', async () => {
      write(other.pid!);
      await expect(take({ silenceMs: 500 })).rejects.toMatchObject({
        message: expect.stringContaining(`process ${other.pid} is using it`) as unknown,
      });
      await kill();
      await (
        await take({ silenceMs: 3_600_000 })
      )();
    });
  });

  it('is taken over though the process that left it had the number of this one', async () => {
    write({ id: 'of another', began: '1' });
    await (
      await take({ silenceMs: 3_600_000 })
    )();
  });

  it('is refused while another container gives signs of life, though its process has the number of this one', async () => {
    write({ ...elsewhere, pid: process.pid });
    let beats = 0;
    const beat = setInterval(() => utimesSync(lock, new Date(), new Date((beats += 1) * 1_000)), 100);
    try {
      await expect(take({ silenceMs: 3_600_000 })).rejects.toMatchObject({
        message: expect.stringContaining(`process ${process.pid} of elsewhere is using it, in another container`) as unknown,
      });
    } finally {
      clearInterval(beat);
    }
    expect(readOwner(readFileSync(lock, 'utf8')).id).toBe('of another');
  });

  it('is taken over when another container gives no sign of life, and it is said what is waited for', async () => {
    write(elsewhere);
    const release = await take({ silenceMs: 500 });
    expect(lines).toEqual([
      expect.stringContaining(
        'locked by process 1 of elsewhere, which runs in another container or on another machine: taking over if it shows no sign of ' +
          'life for 0.5 s',
      ),
    ]);
    expect(readOwner(readFileSync(lock, 'utf8'))).toMatchObject({ pid: process.pid });
    await release();
  });

  it('is taken over when its lock holds nothing that can be read', async () => {
    writeFileSync(lock, 'a half of a');
    await (
      await take({ silenceMs: 500 })
    )();
  });

  it('is taken by one of two that wait for the same owner', async () => {
    write(elsewhere);
    const takes = await Promise.allSettled([take({ silenceMs: 500 }), take({ silenceMs: 500 })]);
    const taken = takes.filter((result) => result.status === 'fulfilled');
    expect(taken).toHaveLength(1);
    await taken[0]!.value();
  });

  it('gives signs of life while it is held', async () => {
    const release = await take();
    utimesSync(lock, 1, 1);
    await vi.waitFor(() => expect(statSync(lock).mtimeMs).toBeGreaterThan(1_000), { timeout: 20_000 });
    await release();
  });
});
