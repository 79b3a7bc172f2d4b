import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { readConfig } from '../../src/config.js';
import { serve } from '../../src/operations/serve.js';
import { openEmbeddedRelational } from '../../src/stores/relational/embedded.js';
import { createSilentLog } from '../../src/log.js';
import { ask, endRuns, folder, remove, run } from '../support/cli.js';

afterAll(() => {
  endRuns();
  remove();
});

it('audit verify says the head of a log that is whole, and exits with 1 and the entry that was changed', async () => {
  const data = folder('audited');
  const gateway = await serve(readConfig({ data, port: '0' }, {}), createSilentLog());
  for (const name of ['One', 'Two']) await ask(gateway.url, `mutation { createProjects(input: [{name: "${name}"}]) { projects { id } } }`);
  await gateway.close();
  const verify = async (...args: string[]) => {
    const { exit, output } = run(['audit', 'verify', '--data', data, ...args]);
    return { code: await exit, output: output() };
  };
  const whole = await verify();
  expect(whole).toMatchObject({ code: 0, output: expect.stringMatching(/as it was written: 2 entries, head 2:[0-9a-f]{64}\n$/) as string });
  const head = /head (\S+)/.exec(whole.output)![1]!;
  expect((await verify('--head', head)).code).toBe(0);
  expect((await verify('--head', 'two')).output).toMatch(/^error: --head expects a number and a hash .* but got two\.\n$/);
  const store = await openEmbeddedRelational({ path: join(data, 'relational') });
  await store.script(
    `ALTER TABLE odras_gateway.audit DISABLE TRIGGER USER; UPDATE odras_gateway.audit SET identity_name = 'Eve' WHERE id = 1`,
  );
  await store.close();
  const broken = await verify();
  expect(broken.code).toBe(1);
  expect(broken.output).toMatch(/^error: The audit log is not as it was written: position 1 \(id 1, .*, createProjects\) was changed\.\n$/);
}, 180_000);

it('a command that needs a word says which', async () => {
  const { exit, output } = run(['audit']);
  expect(await exit).toBe(1);
  expect(output()).toBe('error: Expected odras-gateway audit verify, but got audit. Try odras-gateway audit --help.\n');
});
