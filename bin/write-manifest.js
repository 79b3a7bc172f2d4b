// Writes a persisted query manifest, in the format of Apollo, of the documents that graphql-codegen has made with documentMode: string.
//     node --import tsx bin/write-manifest.js DOCUMENTS.ts MANIFEST.json
import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

const [from, to] = process.argv.slice(2);
if (from === undefined || to === undefined) throw new Error('Expected two files: the documents, and the manifest to write.');
const documents = await import(pathToFileURL(resolve(from)).href);
const operations = Object.entries(documents)
  .filter(([name]) => name.endsWith('Document'))
  .map(([, document]) => {
    const body = String(document);
    const [, type, name] = /\b(query|mutation|subscription)\s+(\w+)/.exec(body);
    return { id: createHash('sha256').update(body).digest('hex'), name, type, body };
  })
  .sort((one, other) => (one.name < other.name ? -1 : 1));
writeFileSync(to, `${JSON.stringify({ format: 'apollo-persisted-query-manifest', version: 1, operations }, null, 2)}\n`);
