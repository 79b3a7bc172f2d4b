import { expect, it } from 'vitest';
import { WhereNotes } from '../../src/remote/where-notes.js';
import { showWhere } from '../../src/server/explain-where.js';
import type { KeyLookup } from '../../src/remote/key-lookup.js';

const giving = (kind: KeyLookup['kind'], count: number): KeyLookup => ({
  kind,
  heeds: (among) => kind !== 'whole' && among.length <= 10_000,
  keys: async (limit) => ({ keys: Array.from({ length: count }, (_, index) => String(index)), areAll: count < limit }),
});

it('a condition is told with what it was asked, what it gave and what that was good for', async () => {
  const notes = new WhereNotes(100_000);
  const note = notes.begin(['requirements', 'OR']);
  const { keys: few } = await note.lookup('components.some', giving('hop', 2), false).keys(3);
  await note.rows('priority', 3, Promise.resolve({ keys: ['a', 'b', 'c'], areAll: false }));
  await note.lookup('near', giving('search', 1), false).keys(100_001, few);
  await note.lookup('near', giving('whole', 9), false).keys(3, few);
  await note.lookup('dependsOn.none', giving('hop', 1), true).keys(100_001, few);
  note.apart('NOT');
  note.last('priority');
  expect(notes.kept.map(showWhere)).toEqual([
    {
      field: 'requirements.OR',
      conditions: [
        {
          condition: 'components.some',
          store: 'graph',
          keys: 2,
          how: 'first, for at most 2 keys; these are all; the others were asked among these',
        },
        { condition: 'priority', store: 'relational', keys: 3, how: 'first, for at most 2 keys; there are more' },
        { condition: 'near', store: 'vector', keys: 1, how: 'among the 2 keys of components.some' },
        { condition: 'near', store: 'vector', keys: 9, how: 'the nearest of all rows' },
        {
          condition: 'dependsOn.none',
          store: 'graph',
          keys: 1,
          how: 'among the 2 keys of components.some; rows with these keys do not pass',
        },
        { condition: 'NOT', store: null, keys: null, how: 'its own conditions are answered by themselves' },
        { condition: 'priority', store: 'relational', keys: null, how: 'in the statement, together with the keys of the others' },
      ],
    },
  ]);
});

it('a search that has too many keys to be made among them is told as one among all', async () => {
  const notes = new WhereNotes(100_000);
  const note = notes.begin(['requirements']);
  const { keys: many } = await note.lookup('components.some', giving('hop', 10_001), false).keys(20_001);
  await note.lookup('near', giving('search', 1), false).keys(100_001, many);
  expect(showWhere(notes.kept[0]!).conditions[1]!.how).toBe('for all its keys');
});

it('a condition whose store failed gave no answer, and the failure goes on', async () => {
  const notes = new WhereNotes(100_000);
  const broken: KeyLookup = { kind: 'hop', heeds: () => true, keys: () => Promise.reject(new Error('away')) };
  await expect(notes.begin(['requirements']).lookup('components.some', broken, false).keys(3)).rejects.toThrow('away');
  expect(showWhere(notes.kept[0]!).conditions).toEqual([
    { condition: 'components.some', store: 'graph', keys: null, how: 'first, for at most 2 keys; no answer' },
  ]);
});

it('of very many conditions the first are kept and the others counted', () => {
  const notes = new WhereNotes(100_000);
  for (let index = 0; index < 53; index += 1) notes.begin([`field ${index}`]).last('title');
  expect(notes.kept).toHaveLength(50);
  expect(notes.omitted).toBe(3);
});
