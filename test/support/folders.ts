import {
  closeSync,
  constants,
  copyFileSync,
  ftruncateSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  statfsSync,
  statSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Memory that Linux shows as a folder. */
const IN_MEMORY = '/dev/shm';
/** What the copies take at one time, with much to spare. */
const ENOUGH_BYTES = 4 * 1024 ** 3;
/** From this size on, zeros at the end of a file are not written: PostgreSQL keeps a log of 16 MB, most of it still empty. */
const SPARSE_BYTES = 1024 ** 2;

/** Where folders of tests go: into memory where there is enough, since they have thousands of files and soon go again. */
const temporaryPlace = (): string => {
  try {
    const { bavail, bsize } = statfsSync(IN_MEMORY);
    return bavail * bsize >= ENOUGH_BYTES ? IN_MEMORY : tmpdir();
  } catch {
    return tmpdir();
  }
};

/** Copies a folder and all in it: several times faster than `cpSync`. */
export const copyFolder = (from: string, to: string): void => {
  mkdirSync(to, { recursive: true });
  for (const entry of readdirSync(from, { withFileTypes: true })) {
    const [source, target] = [join(from, entry.name), join(to, entry.name)];
    if (entry.isDirectory()) copyFolder(source, target);
    else if (statSync(source).size >= SPARSE_BYTES) copySparse(source, target);
    else copyFileSync(source, target, constants.COPYFILE_FICLONE);
  }
};

const copySparse = (source: string, target: string): void => {
  const data = readFileSync(source);
  let end = data.length;
  while (end >= 4096 && data.subarray(end - 4096, end).equals(ZEROS)) end -= 4096;
  const file = openSync(target, 'w');
  writeSync(file, data, 0, end);
  ftruncateSync(file, data.length);
  closeSync(file);
};

const ZEROS = Buffer.alloc(4096);

export interface TemporaryFolder {
  readonly path: string;
  readonly remove: () => void;
}

/** A folder of its own, empty or with a copy of another in it. */
export const temporaryFolder = (from?: string): TemporaryFolder => {
  const path = mkdtempSync(join(temporaryPlace(), 'odras-test-'));
  if (from !== undefined) copyFolder(from, path);
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
};
