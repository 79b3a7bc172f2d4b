import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { PACKAGE_SCHEMA } from '../config.js';
import { GatewayError, messageOf } from '../errors.js';
import type { SchemaFile } from '../model/parse.js';

/** The files that come with the gateway: directives and scalars. */
const OWN = ['directives.graphql', 'scalars.graphql'];

const read = (directory: string, name: string): SchemaFile => {
  const path = join(directory, name);
  return { path: relative(process.cwd(), path), text: readFileSync(path, 'utf8') };
};

/** The directives and scalars of the package. */
export const packageFiles = (): SchemaFile[] => OWN.map((name) => read(PACKAGE_SCHEMA, name));

/** Every .graphql file of the folder, by name. The directives' file of the package is added where the folder has none. */
export const readSchemaFiles = (folder: string = PACKAGE_SCHEMA): SchemaFile[] => {
  try {
    const names = readdirSync(folder)
      .filter((name) => name.endsWith('.graphql'))
      .sort();
    if (names.length === 0)
      throw new GatewayError('CONFIG_INVALID', {
        detail: `The schema folder ${folder} has no .graphql file. Set ODRAS_SCHEMA to the folder of your schema.`,
      });
    const files = names.map((name) => read(folder, name));
    if (files.every(({ text }) => text.replace(/#.*/g, '').trim() === ''))
      throw new GatewayError('CONFIG_INVALID', {
        detail:
          `The .graphql files of the schema folder ${folder} are empty. ` +
          'Write a type, or set ODRAS_SCHEMA to the folder of your schema.',
      });
    for (const own of OWN) if (!names.includes(own)) files.push(read(PACKAGE_SCHEMA, own));
    return files;
  } catch (error) {
    if (error instanceof GatewayError) throw error;
    throw new GatewayError(
      'CONFIG_INVALID',
      { detail: `The schema folder ${folder} cannot be read: ${messageOf(error)}. Set ODRAS_SCHEMA to the folder of your schema.` },
      { cause: error },
    );
  }
};
