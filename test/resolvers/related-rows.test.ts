import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openCities, type City } from '../support/cities.js';
import type { TwoWays } from '../support/two-ways.js';

let gateway: TwoWays;
let cities: City[];
beforeAll(async () => {
  ({ gateway, cities } = await openCities());
});
afterAll(() => gateway?.close());

describe('conditions on related rows', () => {
  const found = async (where: string): Promise<string[]> =>
    ((await gateway.ask(`{ countries(where: ${where}, sort: [{id: ASC}]) { id } }`)) as { countries: { id: string }[] }).countries.map(
      ({ id }) => id,
    );
  const of = (id: string) => cities.filter((city) => city.country?.id === id);
  const countries = (test: (rows: City[]) => boolean) => ['1', '2', '3', '4', '5'].filter((id) => test(of(id)));

  it('ask for some, all, none and one of them, nested', async () => {
    expect(await found('{cities: {some: {height: {gt: 180}}}}')).toEqual(
      countries((rows) => rows.some(({ height }) => height !== null && height > 180)),
    );
    expect(await found('{cities: {none: {height: {gt: 180}}}}')).toEqual(
      countries((rows) => !rows.some(({ height }) => height !== null && height > 180)),
    );
    expect(await found('{cities: {single: {height: {gt: 150}}}}')).toEqual(
      countries((rows) => rows.filter(({ height }) => height !== null && height > 150).length === 1),
    );
    // One must pass, and one whose value is missing does not fail.
    expect(await found('{cities: {all: {height: {gte: 4}}}}')).toEqual(
      countries(
        (rows) => rows.some(({ height }) => height !== null && height >= 4) && rows.every(({ height }) => height === null || height >= 4),
      ),
    );
    expect(await found('{cities: {some: {streets: {none: {}}, country: {continent: {name: {eq: "Old"}}}}}}')).toEqual(
      countries((rows) => rows.some(({ streets, country: own }) => streets.length === 0 && own?.continent?.name === 'Old')),
    );
    expect(
      await found('{NOT: {cities: {some: {streets: {some: {number: {eq: 3}, city: {streets: {all: {number: {lte: 3}}}}}}}}}}'),
    ).toEqual(countries((rows) => !rows.some(({ streets }) => streets.length === 3)));
    expect(await found('{continent: null}')).toEqual(['3']);
    expect(await found('{OR: [{continent: {area: {eq: null}}}, {cities: {some: {}, none: {mayor: {eq: "Mayor 2"}}}}]}')).toEqual(
      countries((rows) => rows[0]?.country?.id === '2' || (rows.length > 0 && !rows.some(({ mayor }) => mayor === 'Mayor 2'))),
    );
  });
});
