import { copyFileSync, constants, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Copies a folder and all in it: several times faster than `cpSync`, and data folders have thousands of files. */
export const copyFolder = (from: string, to: string): void => {
  mkdirSync(to, { recursive: true });
  for (const entry of readdirSync(from, { withFileTypes: true })) {
    const [source, target] = [join(from, entry.name), join(to, entry.name)];
    if (entry.isDirectory()) copyFolder(source, target);
    else copyFileSync(source, target, constants.COPYFILE_FICLONE);
  }
};

export interface TemporaryFolder {
  readonly path: string;
  remove(): void;
}

/** A folder of its own for a test, with a copy of another in it. */
export const temporaryCopy = (from: string): TemporaryFolder => {
  const path = mkdtempSync(join(tmpdir(), 'odras-test-'));
  copyFolder(from, path);
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
};
