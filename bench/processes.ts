import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

const TICKS_PER_SECOND = Number(execFileSync('getconf', ['CLK_TCK'], { encoding: 'utf8' }));

/** Puts a process on a core, its threads and children too; those to come inherit it. */
export const pin = (pid: number, core: number): void => {
  // A child that has ended meanwhile needs no core.
  for (const each of [pid, ...childrenOf(pid)]) spawnSync('taskset', ['-acp', String(core), String(each)]);
};

const childrenOf = (pid: number): number[] =>
  readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean).map(Number);

/** CPU seconds of a process so far, of its children too: those that have ended and been collected, and those that run. */
export const cpuSeconds = (pid: number): number => {
  const ticks = (of: number, collected: boolean): number => {
    const stat = statOf(of);
    if (stat === undefined) return 0;
    // After the name, which may hold anything: utime, stime, cutime and cstime are the fields 14 to 17.
    const fields = stat
      .slice(stat.lastIndexOf(')') + 2)
      .split(' ')
      .map(Number);
    return fields[11]! + fields[12]! + (collected ? fields[13]! + fields[14]! : 0);
  };
  return [ticks(pid, true), ...childrenOf(pid).map((child) => ticks(child, false))].reduce((sum, each) => sum + each, 0) / TICKS_PER_SECOND;
};

/** Nothing of a process that has ended: it may do so between the look and the read, too. */
const statOf = (pid: number): string | undefined => {
  try {
    return readFileSync(`/proc/${pid}/stat`, 'utf8');
  } catch {
    return undefined;
  }
};

/** Resident memory in MiB, now and at its highest. */
export const residentMemory = (pid: number): { now: number; peak: number } => {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  const mib = (name: string) => Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(status)?.[1]) / 1024;
  return { now: mib('VmRSS'), peak: mib('VmHWM') };
};
