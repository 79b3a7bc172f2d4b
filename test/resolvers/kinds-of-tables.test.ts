import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openCities, type City } from '../support/cities.js';
import type { TwoWays } from '../support/two-ways.js';

let gateway: TwoWays;
let cities: City[];
beforeAll(async () => {
  ({ gateway, cities } = await openCities());
});
afterAll(() => gateway?.close());

describe('tables of other kinds', () => {
  it('are read as views, without mutations', async () => {
    expect(await gateway.ask('{ talls(sort: [{height: DESC}], limit: 1) { id height } tall(id: "1") { id } }')).toEqual({
      talls: [
        {
          id: String(cities.reduce((best, city) => ((city.height ?? 0) > (best.height ?? 0) ? city : best)).id),
          height: Math.max(...cities.map(({ height }) => height ?? 0)),
        },
      ],
      tall: null,
    });
    expect((await gateway.run('mutation { deleteTalls { nodesDeleted } }')).errors![0]!.message).toContain(
      'Cannot query field "deleteTalls"',
    );
  });

  it('are found and paged by keys of two columns', async () => {
    expect(
      await gateway.ask(
        '{ street(cityId: "3", number: "2") { number n0 city { name } } none: street(cityId: "3", number: "9") { number } }',
      ),
    ).toEqual({ street: { number: 2, n0: null, city: { name: 'City 3' } }, none: null });
    const all = cities.flatMap(({ id, streets }) => streets.map(({ number }) => `${id}/${number}`));
    const seen: string[] = [];
    for (let after = ''; ;) {
      const { streetsConnection: streets } = (await gateway.ask(
        `{ streetsConnection(first: 11${after}) { edges { node { cityId number } } pageInfo { hasNextPage endCursor } } }`,
      )) as {
        streetsConnection: { edges: { node: { cityId: string; number: number } }[]; pageInfo: { hasNextPage: boolean; endCursor: string } };
      };
      seen.push(...streets.edges.map(({ node }) => `${node.cityId}/${node.number}`));
      if (!streets.pageInfo.hasNextPage) break;
      after = `, after: "${streets.pageInfo.endCursor}"`;
    }
    expect(seen).toEqual(all);
  });

  it('are read as lists where they have no key', async () => {
    expect(
      await gateway.ask('{ visits(sort: [{place: ASC_NULLS_FIRST}, {nights: DESC}], where: {nights: {lt: 4}}) { place nights } }'),
    ).toEqual({
      visits: [
        { place: null, nights: 3 },
        { place: 'a', nights: 1 },
        { place: 'b', nights: 2 },
        { place: 'b', nights: 2 },
      ],
    });
  });
});
