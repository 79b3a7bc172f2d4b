import { lexicographicSortSchema, printSchema } from 'graphql';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { bindSchema } from '../../resolvers/bind.js';
import type { Config } from '../config.js';
import { compileModel } from '../model/compile.js';
import { openGraphSchema } from '../model/graph-schema.js';
import { readSchemaFiles } from './schema-files.js';

/** Writes the schema that clients see, sorted by name, to a file or to standard output. Opens no store. */
export const printClientSchema = async ({ schemaFolder }: Config, out: string | undefined): Promise<void> => {
  const model = compileModel(readSchemaFiles(schemaFolder));
  const text = `${printSchema(lexicographicSortSchema(bindSchema(model, await openGraphSchema(model))))}\n`;
  if (out === undefined) return void process.stdout.write(text);
  mkdirSync(dirname(out), { recursive: true });
  writeFileSync(out, text);
};
