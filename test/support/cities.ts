import { expect } from 'vitest';
import { openTwoWays, type TwoWays } from './two-ways.js';

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

export interface Continent {
  id: string;
  name: string;
  area: number | null;
}
export interface Country {
  id: string;
  name: string;
  population: string | null;
  continent: Continent | null;
}
export interface City {
  id: string;
  name: string;
  mayor: string | null;
  height: number | null;
  country: Country | null;
  streets: { number: number; n0: string | null }[];
}

/** Cities in countries on continents, with streets: a gateway over them, and the cities as it shows them. */
export const openCities = async (): Promise<{ gateway: TwoWays; cities: City[] }> => {
  const gateway = await openTwoWays(SDL, TABLES);
  const { cities } = (await gateway.ask(
    '{ cities { id name mayor height country { id name population continent { id name area } } streets { number n0 } } }',
  )) as { cities: City[] };
  expect(cities).toHaveLength(40);
  return { gateway, cities };
};
