import { existsSync } from 'node:fs';

const rootOf = (folder: URL): URL => (existsSync(new URL('package.json', folder)) ? folder : rootOf(new URL('../', folder)));

/** The package's folder, whether this runs as written or compiled. */
export const ROOT = rootOf(new URL('./', import.meta.url));
