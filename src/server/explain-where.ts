import type { NotedCondition, NotedWhere } from '../remote/where-notes.js';

/** How a `where` over several stores was answered, as it can be read. */
export const showWhere = ({ field, conditions }: NotedWhere) => ({
  field,
  conditions: conditions.map((noted) => ({
    condition: noted.condition,
    store: noted.store ?? null,
    keys: noted.keys ?? null,
    how: howOf(noted),
  })),
});

const howOf = (noted: NotedCondition): string => {
  const { asked, keys, among, excludes, narrows } = noted;
  if (asked === 'last') return 'in the statement, together with the keys of the others';
  if (asked === 'apart') return 'its own conditions are answered by themselves';
  return [
    among ? `among the ${among.keys} keys of ${among.condition}` : (LIMITS[asked] ?? `first, for at most ${asked} keys`),
    ...(keys === undefined ? ['no answer'] : []),
    ...(keys !== undefined && typeof asked === 'number' ? (keys > asked ? ['there are more'] : among ? [] : ['these are all']) : []),
    ...(excludes ? ['rows with these keys do not pass'] : []),
    ...(narrows ? ['the others were asked among these'] : []),
  ].join('; ');
};

const LIMITS: Readonly<Record<string | number, string>> = {
  all: 'for all its keys',
  nearest: 'the nearest of all rows',
  block: 'the next rows in their order',
};
