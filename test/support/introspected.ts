import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { GatewayError } from '../../src/errors.js';
import { createSilentLog, type Log } from '../../src/log.js';
import { compileModel } from '../../src/model/compile.js';
import { learnDatabase } from '../../src/model/database.js';
import type { Model } from '../../src/model/types.js';
import { verifyTables } from '../../src/model/verify.js';
import { introspectStores } from '../../src/operations/introspect/introspect.js';
import { readSchemaFiles } from '../../src/operations/schema-files.js';
import type { Stores } from '../../src/stores/types.js';

/** A schema folder that introspect writes to, and what it has said. */
export class Introspected {
  readonly folder: string;
  lines: string[] = [];
  warnings: string[] = [];
  readonly #stores: Stores;
  readonly #log: Log = { info: (line) => void this.lines.push(line), warn: (line) => void this.warnings.push(line), error() {} };

  constructor(stores: Stores, folder: string) {
    this.#stores = stores;
    this.folder = folder;
  }

  /** Runs a script in PostgreSQL, then introspect; gives all that is in the files. */
  async run(sql = ''): Promise<string> {
    this.lines = [];
    this.warnings = [];
    if (sql !== '') await this.#stores.relational.script(sql);
    await introspectStores(this.#stores, this.folder, false, this.#log);
    return this.text();
  }

  async check(): Promise<void> {
    this.lines = [];
    await introspectStores(this.#stores, this.folder, true, this.#log);
  }

  text(): string {
    return readdirSync(this.folder)
      .filter((name) => name.endsWith('.graphql'))
      .map((name) => this.file(name))
      .join('\n');
  }

  file(name: string): string {
    return readFileSync(join(this.folder, name), 'utf8');
  }

  /** What a person does: writes a file, or replaces a part of one. */
  write(name: string, content: string): void {
    mkdirSync(this.folder, { recursive: true });
    writeFileSync(join(this.folder, name), content);
  }

  change(name: string, from: string | RegExp, to: string): void {
    const before = this.file(name);
    expect(before).toMatch(from);
    this.write(name, before.replace(from, to));
  }

  /** The model of the files, which must match the stores. */
  async verified(): Promise<Model> {
    const model = compileModel(readSchemaFiles(this.folder));
    await learnDatabase(model, this.#stores.relational, createSilentLog());
    expect(await verifyTables(model, this.#stores.relational)).toEqual([]);
    return model;
  }
}

/** The error of the gateway that something fails with. */
export const fails = async (work: Promise<unknown>): Promise<GatewayError> => {
  const error: unknown = await work.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(GatewayError);
  return error as GatewayError;
};
