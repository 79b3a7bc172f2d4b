import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openCities, type City } from '../support/cities.js';
import type { TwoWays } from '../support/two-ways.js';

let gateway: TwoWays;
let cities: City[];
beforeAll(async () => {
  ({ gateway, cities } = await openCities());
});
afterAll(() => gateway?.close());

describe('numbers over rows', () => {
  const tall = { where: { height: { gt: 50 } } };
  const asked = (selection: string) =>
    gateway
      .ask(`query ($where: CityWhere) { citiesConnection(where: $where) { ${selection} } }`, tall)
      .then(({ citiesConnection }: { citiesConnection: Record<string, unknown> }) => citiesConnection);
  const passing = () => cities.filter(({ height }) => height !== null && height > 50);

  it('are those of the rows that pass', async () => {
    const heights = passing().map(({ height }) => height!);
    // Of the same length: the first is taken then.
    const mayors = [...new Set(passing().flatMap(({ mayor }) => mayor ?? []))].sort();
    expect(
      await asked(
        'totalCount aggregate { count { nodes } node { height { count distinct min max sum average } mayor { count distinct min ' +
          'shortest longest } } }',
      ),
    ).toEqual({
      totalCount: heights.length,
      aggregate: {
        count: { nodes: heights.length },
        node: {
          height: {
            count: heights.length,
            distinct: new Set(heights).size,
            min: Math.min(...heights),
            max: Math.max(...heights),
            sum: String(heights.reduce((sum, height) => sum + height, 0)),
            average: heights.reduce((sum, height) => sum + height, 0) / heights.length,
          },
          mayor: {
            count: passing().filter(({ mayor }) => mayor !== null).length,
            distinct: mayors.length,
            min: mayors[0],
            shortest: mayors[0],
            longest: mayors[0],
          },
        },
      },
    });
  });

  it('are counted only when they are asked for', async () => {
    gateway.statements.length = 0;
    await asked('edges { node { id } }');
    expect(gateway.statements.some(({ text }) => text.includes('count('))).toBe(false);
  });

  it('are those of each group, the largest first, and a group by a join has the row', async () => {
    const groups = new Map<string | null, City[]>();
    for (const city of passing()) groups.set(city.country?.id ?? null, [...(groups.get(city.country?.id ?? null) ?? []), city]);
    const expected = [...groups]
      .sort(
        ([leftId, left], [rightId, right]) =>
          right.length - left.length || (leftId === null ? 1 : rightId === null ? -1 : Number(leftId) - Number(rightId)),
      )
      .map(([, rows]) => ({
        key: {
          country: rows[0]!.country && {
            name: rows[0]!.country.name,
            continent: rows[0]!.country.continent && { name: rows[0]!.country.continent.name },
          },
        },
        count: { nodes: rows.length },
        node: { height: { max: Math.max(...rows.map(({ height }) => height!)) } },
      }));
    expect(
      await asked('groupBy(fields: [COUNTRY]) { key { country { name continent { name } } } count { nodes } node { height { max } } }'),
    ).toEqual({ groupBy: expected });
    expect(await asked('groupBy(fields: [COUNTRY], limit: 2, offset: 1) { count { nodes } }')).toEqual({
      groupBy: expected.slice(1, 3).map(({ count }) => ({ count })),
    });
    const pairs = new Map<string, number>();
    for (const { name, mayor } of passing()) pairs.set(JSON.stringify([name, mayor]), (pairs.get(JSON.stringify([name, mayor])) ?? 0) + 1);
    const { groupBy } = (await asked('groupBy(fields: [NAME, MAYOR]) { key { name mayor } count { nodes } }')) as {
      groupBy: { key: { name: string; mayor: string | null }; count: { nodes: number } }[];
    };
    expect(new Map(groupBy.map(({ key, count }) => [JSON.stringify([key.name, key.mayor]), count.nodes]))).toEqual(pairs);
  });

  it('group by a column and the join that reads it, and by a column of any name', async () => {
    const { groupBy } = (await asked('groupBy(fields: [COUNTRY_ID, COUNTRY], limit: 1) { key { countryId country { id } } }')) as {
      groupBy: { key: { countryId: string; country: { id: string } } }[];
    };
    expect(groupBy[0]!.key.country.id).toBe(groupBy[0]!.key.countryId);
    const { streetsConnection } = (await gateway.ask(
      '{ streetsConnection { groupBy(fields: [N0]) { key { n0 } count { nodes } node { number { max } } } } }',
    )) as { streetsConnection: { groupBy: { key: { n0: string | null } }[] } };
    expect(streetsConnection.groupBy.map(({ key }) => key.n0)).toEqual(['x', null]);
  });

  it('refuse what cannot be grouped or paged', async () => {
    for (const [query, message] of [
      ['{ citiesConnection { groupBy(fields: []) { count { nodes } } } }', 'expected at least one field to group by'],
      [
        '{ citiesConnection { groupBy(fields: [COUNTRY]) { key { country { name } n: countryId } } } }',
        'Argument fields of groupBy: key selects countryId, which the rows are not grouped by. Add COUNTRY_ID to ' +
          'fields, or leave countryId out of key',
      ],
      ['{ citiesConnection(first: 1, last: 1) { totalCount } }', 'expected first or last, but got both'],
      ['{ citiesConnection(last: 1001) { totalCount } }', 'Argument last of citiesConnection must be a whole number from 0 to 1000'],
      ['{ citiesConnection(before: "x") { edges { cursor } } }', 'Argument before of citiesConnection must be a cursor'],
    ] as const)
      expect((await gateway.run(query)).errors?.[0]?.message, query).toContain(message);
  });
});
