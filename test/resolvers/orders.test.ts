import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openCities, type City, type Country } from '../support/cities.js';
import type { TwoWays } from '../support/two-ways.js';

let gateway: TwoWays;
let cities: City[];
beforeAll(async () => {
  ({ gateway, cities } = await openCities());
});
afterAll(() => gateway?.close());

type Value = string | number | bigint | null;
const value = {
  height: (city: City): Value => city.height,
  mayor: (city: City): Value => city.mayor,
  name: (city: City): Value => city.name,
};
const country = (city: City): Country | null => city.country;
const compatriots = (city: City): City[] => cities.filter((other) => country(city) !== null && country(other)?.id === country(city)!.id);

/** The first and the last of some values, those that are missing left aside. */
const least = <V extends Value>(values: readonly V[]): V | null =>
  values.reduce<V | null>((one, other) => (other !== null && (one === null || other < one) ? other : one), null);
const greatest = <V extends Value>(values: readonly V[]): V | null =>
  values.reduce<V | null>((one, other) => (other !== null && (one === null || other > one) ? other : one), null);

/** Orders: as asked, and as JavaScript reckons them; the key is always the last word. */
const ORDERS: readonly [string, readonly [(city: City) => Value, 1 | -1, boolean][]][] = [
  ['[]', []],
  ['[{name: DESC}]', [[value.name, -1, true]]],
  ['[{height: ASC_NULLS_FIRST}]', [[value.height, 1, true]]],
  ['[{height: ASC_NULLS_LAST}]', [[value.height, 1, false]]],
  ['[{height: DESC_NULLS_FIRST}]', [[value.height, -1, true]]],
  ['[{height: DESC_NULLS_LAST}]', [[value.height, -1, false]]],
  [
    '[{mayor: ASC}, {height: DESC_NULLS_LAST}]',
    [
      [value.mayor, 1, false],
      [value.height, -1, false],
    ],
  ],
  [
    '[{country: {name: DESC_NULLS_LAST}}, {name: ASC}]',
    [
      [(city) => country(city)?.name ?? null, -1, false],
      [value.name, 1, false],
    ],
  ],
  ['[{country: {continent: {name: ASC_NULLS_FIRST}}}]', [[(city) => country(city)?.continent?.name ?? null, 1, true]]],
  [
    '[{country: {continent: {area: DESC}}}, {country: {population: ASC}}]',
    [
      [(city) => country(city)?.continent?.area ?? null, -1, true],
      [
        (city) => {
          const population = country(city)?.population;
          return population === null || population === undefined ? null : BigInt(population);
        },
        1,
        false,
      ],
    ],
  ],
  [
    '[{streets: {count: DESC}}, {name: ASC}]',
    [
      [(city) => city.streets.length, -1, true],
      [value.name, 1, false],
    ],
  ],
  [
    '[{country: {cities: {count: ASC}}}, {mayor: DESC}]',
    [
      [(city) => compatriots(city).length, 1, false],
      [value.mayor, -1, true],
    ],
  ],
  ['[{streets: {max: {number: ASC}}}]', [[(city) => greatest(city.streets.map(({ number }) => number)), 1, false]]],
  [
    '[{streets: {min: {n0: DESC_NULLS_LAST}}}, {streets: {max: {number: DESC}}}, {name: DESC}]',
    [
      [(city) => least(city.streets.map(({ n0 }) => n0)), -1, false],
      [(city) => greatest(city.streets.map(({ number }) => number)), -1, true],
      [value.name, -1, true],
    ],
  ],
  [
    '[{country: {cities: {min: {mayor: ASC_NULLS_FIRST}}}}, {streets: {count: ASC}}]',
    [
      [(city) => least(compatriots(city).map(value.mayor)), 1, true],
      [(city) => city.streets.length, 1, false],
    ],
  ],
  ['[{country: {cities: {max: {height: DESC}}}}]', [[(city) => greatest(compatriots(city).map(value.height)), -1, true]]],
];

const sorted = (order: (typeof ORDERS)[number][1]): string[] =>
  [...cities]
    .sort((left, right) => {
      for (const [of, sign, nullsFirst] of [...order, [(city: City) => Number(city.id), 1, false] as const]) {
        const [a, b] = [of(left), of(right)];
        if (a === b) continue;
        if (a === null || b === null) return (a === null) === nullsFirst ? -1 : 1;
        return a < b ? -sign : sign;
      }
      return 0;
    })
    .map(({ id }) => id);

interface Page {
  edges: { cursor: string; node: { id: string } }[];
  pageInfo: { hasNextPage: boolean; hasPreviousPage: boolean; startCursor: string; endCursor: string };
}
const page = async (args: string): Promise<Page> =>
  (
    (await gateway.ask(
      `{ citiesConnection(${args}) { edges { cursor node { id } } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } }`,
    )) as { citiesConnection: Page }
  ).citiesConnection;

/** All pages, one after the other; `between` runs after each. */
const walk = async (
  sort: string,
  isForward: boolean,
  size: number,
  between: (count: number) => Promise<void> = async () => {},
): Promise<string[]> => {
  const seen: string[] = [];
  let bound = '';
  for (let count = 0; count < 100; count += 1) {
    const { edges, pageInfo } = await page(`${isForward ? 'first' : 'last'}: ${size}, sort: ${sort}${bound}`);
    const ids = edges.map(({ node }) => node.id);
    if (isForward) seen.push(...ids);
    else seen.unshift(...ids);
    expect([pageInfo.startCursor, pageInfo.endCursor]).toEqual([edges[0]?.cursor ?? null, edges.at(-1)?.cursor ?? null]);
    expect(isForward ? pageInfo.hasPreviousPage : pageInfo.hasNextPage).toBe(bound !== '');
    if (!(isForward ? pageInfo.hasNextPage : pageInfo.hasPreviousPage)) return seen;
    bound = isForward ? `, after: "${pageInfo.endCursor}"` : `, before: "${pageInfo.startCursor}"`;
    await between(count);
  }
  throw new Error('there is no last page');
};

describe.each(ORDERS)('the order %s', (sort, order) => {
  it('is that of the rows', async () => {
    const { cities: rows } = (await gateway.ask(`{ cities(sort: ${sort}) { id } }`)) as { cities: { id: string }[] };
    expect(rows.map(({ id }) => id)).toEqual(sorted(order));
  });

  it('pages through every row once, forward and backward', async () => {
    const expected = sorted(order);
    expect(await walk(sort, true, 7)).toEqual(expected);
    expect(await walk(sort, false, 9)).toEqual(expected);
  });

  it('pages between two cursors', async () => {
    const expected = sorted(order);
    const { edges } = await page(`sort: ${sort}`);
    const between = await page(`sort: ${sort}, first: 50, after: "${edges[4]!.cursor}", before: "${edges[30]!.cursor}"`);
    expect(between.edges.map(({ node }) => node.id)).toEqual(expected.slice(5, 30));
  });

  it('meets each row that was there once, when rows come and go between pages', async () => {
    const expected = sorted(order);
    const own: number[] = [];
    for (const isForward of [true, false]) {
      const seen = await walk(sort, isForward, 6, async (count) => {
        const id = 1_000 + own.push(count);
        await gateway.engine.stores.relational.script(
          `INSERT INTO cities VALUES (${id}, 'City ${count}', ${count % 2 ? 'NULL' : `'Mayor 1'`}, ${count % 3 ? 'NULL' : count * 11}, NULL)`,
        );
      });
      expect(new Set(seen).size).toBe(seen.length);
      expect(seen.filter((id) => Number(id) < 1_000)).toEqual(expected);
    }
    await gateway.engine.stores.relational.script('DELETE FROM cities WHERE id >= 1000');
  });
});

it('nested lists are put in order by what refers to their rows, cut for each parent', async () => {
  for (const [sort, of] of [
    ['{streets: {max: {number: DESC_NULLS_LAST}}}', (city: City) => -(greatest(city.streets.map(({ number }) => number)) ?? -1)],
    ['{streets: {count: ASC}}', (city: City) => city.streets.length],
  ] as const) {
    // With a row that is referred to, and without: these are other statements.
    for (const selection of ['id', 'id country { name }']) {
      const { countries } = (await gateway.ask(`{ countries { id cities(sort: [${sort}], limit: 3, offset: 1) { ${selection} } } }`)) as {
        countries: { id: string; cities: { id: string }[] }[];
      };
      for (const { id, cities: got } of countries) {
        const expected = cities
          .filter((city) => country(city)?.id === id)
          .sort((left, right) => of(left) - of(right) || Number(left.id) - Number(right.id));
        expect(got.map((city) => city.id)).toEqual(expected.slice(1, 4).map((city) => city.id));
      }
    }
  }
});

it('a count of all that pass goes with an order by what refers to the rows', async () => {
  const { citiesConnection } = await gateway.ask(
    '{ citiesConnection(first: 3, where: {height: {gt: 50}}, sort: [{streets: {min: {number: ASC}}}]) { totalCount edges { node { id } } } }',
  );
  const expected = cities
    .filter(({ height }) => height !== null && height > 50)
    .sort((left, right) => Number(left.streets.length === 0) - Number(right.streets.length === 0) || Number(left.id) - Number(right.id));
  expect(citiesConnection).toEqual({ totalCount: expected.length, edges: expected.slice(0, 3).map(({ id }) => ({ node: { id } })) });
});
