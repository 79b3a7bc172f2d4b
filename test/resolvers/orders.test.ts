import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTwoWays, type TwoWays } from '../support/two-ways.js';

const SDL = `
  type Continent @table(name: "continents") { id: ID! @column(type: "integer") name: String! area: Float }
  type Country @table(name: "countries") { id: ID! @column(type: "integer") name: String! population: BigInt continent: Continent @join(from: "continent_id", type: "integer") cities: [City!]! @join(to: "country_id", type: "integer") }
  type City @table(name: "cities") {
    id: ID! @column(type: "integer") name: String! mayor: String height: Int countryId: ID @column(type: "integer")
    country: Country @join(from: "country_id", type: "integer") streets: [Street!]! @join(to: "city_id", type: "integer") }
  type Street @table(name: "streets", key: ["city_id", "number"]) { cityId: ID! @column(type: "integer") number: Int! n0: String city: City! @join(from: "city_id", type: "integer") }
  type Tall @table(name: "tall_cities", key: ["id"], view: true) { id: ID! @column(type: "integer") name: String! height: Int }
  type Visit @table(name: "visits") { place: String nights: Int }
`;
const TABLES = `
  CREATE TABLE continents (id int PRIMARY KEY, name text NOT NULL, area float8);
  CREATE TABLE countries (id int PRIMARY KEY, name text NOT NULL, population bigint, continent_id int REFERENCES continents);
  CREATE TABLE cities (id int PRIMARY KEY, name text NOT NULL, mayor text, height int, country_id int REFERENCES countries);
  CREATE TABLE streets (city_id int REFERENCES cities, number int, n0 text, PRIMARY KEY (city_id, number));
  CREATE VIEW tall_cities AS SELECT id, name, height FROM cities WHERE height > 100;
  CREATE TABLE visits (place text, nights int);
  INSERT INTO continents VALUES (1, 'Old', 5.5), (2, 'New', NULL), (3, 'Lost', 1);
  INSERT INTO countries VALUES (1, 'Ay', 9007199254740993, 1), (2, 'Bee', NULL, 2), (3, 'Sea', 7, NULL), (4, 'Dee', 7, 1), (5, 'Eff', 0, 3);
  INSERT INTO cities SELECT i, 'City ' || i % 7, CASE WHEN i % 3 = 0 THEN NULL ELSE 'Mayor ' || i % 4 END, CASE WHEN i % 5 = 0 THEN NULL ELSE i * 37 % 200 END, CASE WHEN i % 6 = 0 THEN NULL ELSE i % 5 + 1 END FROM generate_series(1, 40) i;
  INSERT INTO streets SELECT i, n, CASE WHEN n = 2 THEN NULL ELSE 'x' END FROM generate_series(1, 40) i, generate_series(1, i % 4) n;
  INSERT INTO visits VALUES ('b', 2), ('a', 1), ('b', 2), (NULL, 3);
`;

interface Continent {
  id: string;
  name: string;
  area: number | null;
}
interface Country {
  id: string;
  name: string;
  population: string | null;
  continent: Continent | null;
}
interface City {
  id: string;
  name: string;
  mayor: string | null;
  height: number | null;
  country: Country | null;
  streets: { number: number; n0: string | null }[];
}

let gateway: TwoWays;
let cities: City[];
beforeAll(async () => {
  gateway = await openTwoWays(SDL, TABLES);
  ({ cities } = (await gateway.ask(
    '{ cities { id name mayor height country { id name population continent { id name area } } streets { number n0 } } }',
  )) as { cities: City[] });
  expect(cities).toHaveLength(40);
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
        'totalCount aggregate { count { nodes } node { height { count distinct min max sum average } mayor { count distinct min shortest longest } } }',
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
        'Argument fields of groupBy: key selects countryId, which the rows are not grouped by. Add COUNTRY_ID to fields, or leave countryId out of key',
      ],
      ['{ citiesConnection(first: 1, last: 1) { totalCount } }', 'expected first or last, but got both'],
      ['{ citiesConnection(last: 1001) { totalCount } }', 'Argument last of citiesConnection must be a whole number from 0 to 1000'],
      ['{ citiesConnection(before: "x") { edges { cursor } } }', 'Argument before of citiesConnection must be a cursor'],
    ] as const)
      expect((await gateway.run(query)).errors?.[0]?.message, query).toContain(message);
  });
});

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
      )) as { streetsConnection: { edges: { node: { cityId: string; number: number } }[]; pageInfo: Page['pageInfo'] } };
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
