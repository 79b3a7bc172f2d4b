import { readSchemaFiles } from '../../src/operations/schema-files.js';
import { compileModel } from '../../src/model/compile.js';
import type { Model } from '../../src/model/types.js';

/** The model of a schema file, with the directives and scalars of the gateway. */
export const compileOwn = (text: string): Model =>
  compileModel([{ path: 'test.graphql', text }, ...readSchemaFiles().filter(({ path }) => /(directives|scalars)\.graphql$/.test(path))]);
