import { createServer } from 'node:net';
import { once } from 'node:events';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, it, vi } from 'vitest';
import { ask, endRuns, folder, remove, run, url } from '../support/cli.js';

afterEach(endRuns);
afterAll(remove);

describe('serve', () => {
  it('goes on when a promise is rejected that nobody looks after, and says so', async () => {
    const stray = `data:text/javascript,process.on('SIGUSR2', () => Promise.reject(new Error('stray')))`;
    const gateway = run(['serve', '--data', folder('stray'), '--port', '0'], { NODE_OPTIONS: `--import "${stray}"` });
    const address = await url(gateway);
    gateway.child.kill('SIGUSR2');
    await vi.waitFor(() => expect(gateway.output()).toMatch(/error: unexpected: a promise was rejected.*\nError: stray/), {
      timeout: 10_000,
    });
    expect(await ask(address, '{ __typename }')).toEqual({ __typename: 'Query' });
  });

  it('says what runs where, keeps what was written over Ctrl-C, and finds it again', async () => {
    const data = folder('kept');
    const first = run(['serve', '--data', data, '--port', '0']);
    const address = await url(first);
    expect(first.output()).toContain(`PostgreSQL  embedded, ${join(data, 'relational')}`);
    expect(
      await ask(
        address,
        'mutation { updateProjects(where: {domain: {eq: "sensing"}}, update: {description: {set: "Kept."}}) { projects { description } } }',
      ),
    ).toEqual({ updateProjects: { projects: [{ description: 'Kept.' }] } });
    first.child.kill('SIGINT');
    expect(await first.exit).toBe(0);
    expect(first.output()).toContain('stopping');
    const second = run(['serve', '--data', data, '--port', '0']);
    expect(
      await ask(
        await url(second),
        `{ projects(where: {domain: {eq: "sensing"}}) { description requirements(limit: 1) { components { name } } }
          components(limit: 1) { name } }`,
      ),
    ).toMatchObject({ projects: [{ description: 'Kept.' }], components: [{}] });
    second.child.kill('SIGTERM');
    expect(await second.exit).toBe(0);
  }, 120_000);

  it('refuses a data folder that another process is using', async () => {
    const data = folder('shared');
    const first = run(['serve', '--data', data, '--port', '0']);
    await url(first);
    const second = run(['serve', '--data', data, '--port', '0']);
    expect(await second.exit).toBe(1);
    expect(second.output()).toContain(`process ${first.child.pid} is using it`);
    expect(second.output()).not.toContain('    at ');
  }, 120_000);

  it('takes over the folder of a process that was killed', async () => {
    const data = folder('killed');
    const first = run(['serve', '--data', data, '--port', '0']);
    await url(first);
    first.child.kill('SIGKILL');
    await first.exit;
    const second = run(['serve', '--data', data, '--port', '0']);
    expect(await ask(await url(second), '{ projects { name } }')).toMatchObject({ projects: { length: 6 } });
  }, 120_000);

  it('names a port that is taken', async () => {
    const blocker = createServer().listen(0, 'localhost');
    await once(blocker, 'listening');
    const { port } = blocker.address() as { port: number };
    const { exit, output } = run(['serve', '--data', folder('port'), '--port', String(port)]);
    expect(await exit).toBe(1);
    expect(output()).toContain(
      `error: Port ${port} on localhost is already in use. Stop the process that listens on it, or set PORT to a free port.`,
    );
    expect(output()).not.toContain('    at ');
    blocker.close();
  }, 120_000);
});
