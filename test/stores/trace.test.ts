import { expect, it } from 'vitest';
import { Trace } from '../../src/stores/trace.js';

const READ = { store: 'graph', kind: 'read', text: 'RETURN 1', values: {} } as const;

it('statements that are under way together are one step', () => {
  const trace = new Trace();
  const first = trace.begin(READ);
  const second = trace.begin(READ);
  first(1);
  const third = trace.begin({ ...READ, estimatedRows: 4 });
  second(1);
  third(3);
  trace.begin(READ)(undefined, new Error('the store has said: secret'));
  expect(trace.statements).toMatchObject([
    { step: 1, rows: 1 },
    { step: 1 },
    { step: 1, rows: 3, estimatedRows: 4 },
    { step: 2, rows: undefined, error: 'The store rejected it.' },
  ]);
});

it('what is more than can be kept is counted', async () => {
  const trace = new Trace();
  for (let index = 0; index < 203; index += 1)
    expect(
      await trace.run(
        READ,
        ({ length }: string) => length,
        async () => 'abc',
      ),
    ).toBe('abc');
  expect(trace.statements).toHaveLength(200);
  expect(trace.omitted).toBe(3);
});
