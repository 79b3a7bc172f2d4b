/** Writes the vectors of the demonstration texts: run it after the texts, the schema's @embedding or the model change. */
import { writeFileSync } from 'node:fs';
import { embeddedText } from '../../vector/text.js';
import { compileModel } from '../../model/compile.js';
import type { ColumnField } from '../../model/fields.js';
import { embeddedTypes } from '../../model/types.js';
import { openEmbeddedEmbedder } from '../../stores/embeddings/embedded.js';
import { readSchemaFiles } from '../schema-files.js';
import { loadDemo } from './load.js';
import { vectorsFile } from './vectors.js';
import { ROOT } from '../../root.js';

const demoTexts = (): string[] => {
  const { tables, points } = loadDemo(new URL('src/operations/demo/', ROOT));
  const rows = new Map(tables.map((each) => [each.table, each.rows]));
  const ofRows = embeddedTypes(compileModel(readSchemaFiles())).flatMap((type) =>
    type.embedding.vectors.flatMap(({ of }) => {
      const columns = of.map((name) => (type.fields.get(name) as ColumnField).column.name);
      return (rows.get(type.table.name) ?? []).map((row) => embeddedText(columns.map((name) => row[name] as string | null)));
    }),
  );
  return [...ofRows, ...points.map(({ text }) => text)];
};

export const generateVectors = async (): Promise<void> => {
  writeFileSync(new URL('src/operations/demo/vectors.bin', ROOT), await vectorsFile(openEmbeddedEmbedder(), [...new Set(demoTexts())]));
};
