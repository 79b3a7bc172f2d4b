import { randomUUID } from 'node:crypto';
import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';

/** Who holds a folder, as its lock file says it. */
export interface Owner {
  /** Another one for each time that a folder is taken. */
  readonly id: string;
  readonly host: string;
  readonly pid: number;
  /**
   * Where `pid` means a process, and since when it runs: the start of the machine, its namespace of processes, and the time of the
   * process's own start. A process of the same number in another container, or later, has another. Empty where the system does not tell.
   */
  readonly space: string;
  readonly began: string;
}

/** What is known of an owner: it is there, it has gone, or it cannot be seen from here. */
export type Presence = 'there' | 'gone' | 'unseen';

const textOf = (read: () => string): string => {
  try {
    return read().trim();
  } catch {
    return '';
  }
};

/** Linux tells it in /proc; other systems do not. */
const spaceOfProcesses = (): string => {
  const boot = textOf(() => readFileSync('/proc/sys/kernel/random/boot_id', 'utf8'));
  const namespace = textOf(() => readlinkSync('/proc/self/ns/pid'));
  return boot === '' || namespace === '' ? '' : `${boot} ${namespace}`;
};

/** Ticks from the start of the machine to that of a process; empty without such a process. Its name may hold anything, also brackets. */
const beginOf = (pid: number | 'self'): string =>
  textOf(() => readFileSync(`/proc/${pid}/stat`, 'utf8'))
    .split(') ')
    .at(-1)
    ?.split(' ')[19] ?? '';

export const thisProcess = (): Owner => ({
  id: randomUUID(),
  host: hostname(),
  pid: process.pid,
  space: spaceOfProcesses(),
  began: beginOf('self'),
});

/** Reads a lock file; those before this form held the number of the process and nothing else. */
export const readOwner = (text: string): Owner => {
  const unknown = { id: '', host: '', pid: 0, space: '', began: '' };
  try {
    const content = JSON.parse(text) as unknown;
    return typeof content === 'number' ? { ...unknown, host: hostname(), pid: content } : { ...unknown, ...(content as Owner) };
  } catch {
    return unknown;
  }
};

/** Whether an owner that is not of this process can be seen to be there. */
export const presenceOf = ({ id, host, pid, space, began }: Owner): Presence => {
  if (pid <= 0) return 'unseen';
  // One of an earlier form gives no signs of life.
  if (id === '' && pid !== process.pid && isRunning(pid)) return 'there';
  if (space !== '') return space === spaceOfProcesses() ? (beginOf(pid) === began ? 'there' : 'gone') : 'unseen';
  // Its number may have gone to another process, so only one that is not there proves something.
  return host === hostname() && !isRunning(pid) ? 'gone' : 'unseen';
};

const isRunning = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
};
