import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { settingsTable } from '../../src/settings.js';

it('docs/run.md has the table of src/settings.ts', () => {
  const text = readFileSync(new URL('../../docs/run.md', import.meta.url), 'utf8');
  const table = /<!-- settings -->\n([\s\S]*?)\n<!-- \/settings -->/.exec(text)?.[1];
  expect(table, `Put this between <!-- settings --> and <!-- /settings --> in docs/run.md:\n\n${settingsTable()}\n\n`).toBe(
    settingsTable(),
  );
});
