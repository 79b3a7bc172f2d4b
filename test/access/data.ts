import { createRandom, type Random } from '../support/generate.js';

export type TypeName = 'Site' | 'Person' | 'Doc' | 'Part' | 'Maker';
export const TABLE_TYPES = ['Site', 'Person', 'Doc'] as const;
export const NODE_TYPES = ['Part', 'Maker'] as const;
export const TYPE_NAMES: readonly TypeName[] = [...TABLE_TYPES, ...NODE_TYPES];

export type Values = Record<string, string | number | null>;

/** A relationship: type without the world, the ends, and its weight. */
export interface Link {
  readonly type: string;
  readonly from: readonly [TypeName, string];
  readonly to: readonly [TypeName, string];
  readonly weight: number | null;
}

/** What a world holds: rows by the names of their columns, nodes by their properties. */
export interface Data {
  readonly rows: Readonly<Record<TypeName, readonly Values[]>>;
  readonly links: readonly Link[];
}

/** The columns of each table that refer to a row. */
export const REFERENCES: Readonly<Record<string, Readonly<Record<string, TypeName>>>> = {
  Site: { owner_id: 'Person' },
  Person: { boss_id: 'Person' },
  Doc: { site_id: 'Site', author_id: 'Person' },
};

/** From, type, to, and how many of 10 pairs are linked. */
const LINKS: readonly (readonly [TypeName, string, TypeName, number])[] = [
  ['Site', 'HAS', 'Part', 1.5],
  ['Site', 'FEEDS', 'Site', 1.5],
  ['Doc', 'MENTIONS', 'Part', 1.3],
  ['Part', 'OF', 'Part', 1],
  ['Part', 'MADE_BY', 'Maker', 2],
];

const COUNTS: Readonly<Record<TypeName, number>> = { Site: 12, Person: 12, Doc: 16, Part: 16, Maker: 6 };
const WORDS = 'battery radio drone camera engine wing rotor sensor storm harbour garden river signal copper valve turbine'.split(' ');
export const RANKS = ['LOW', 'MEDIUM', 'HIGH'] as const;

/** Keys that cannot be taken for anything else. */
export const keyOf = (type: TypeName, index: number): string => {
  const digits = String(index).padStart(2, '0');
  return type === 'Part' || type === 'Maker'
    ? `${type.toLowerCase()}-key-${digits}`
    : `${digits}c0ffee-000${TYPE_NAMES.indexOf(type)}-4000-8000-0000000000${digits}`;
};

export const KEYS = Object.fromEntries(
  TYPE_NAMES.map((type) => [type, Array.from({ length: COUNTS[type] }, (_, index) => keyOf(type, index))]),
) as Record<TypeName, string[]>;

/** What a caller must not see: one row or node of each type. */
export type Hidden = Readonly<Record<TypeName, string>>;
export const hiddenAt = (index: number): Hidden =>
  Object.fromEntries(TYPE_NAMES.map((type) => [type, keyOf(type, index)])) as Record<TypeName, string>;

const words = (random: Random, count: number): string => Array.from({ length: count }, () => random.pick(WORDS)).join(' ');

/** Hidden rows have more relationships than others, and the highest and lowest values, so that nearly everything would show them. */
export const generateData = (seed: number, hidden: readonly Hidden[]): Data => {
  const random = createRandom(seed);
  const isHidden = (type: TypeName, key: string) => hidden.some((each) => each[type] === key);
  const maybe = (type: TypeName) => (random.chance(0.2) ? null : random.chance(0.35) ? random.pick(hidden)[type] : random.pick(KEYS[type]));
  const number = (hides: boolean) => (hides ? random.pick([0, 99]) : random.chance(0.15) ? null : 10 + random.below(30));
  const make: Record<TypeName, (id: string, hides: boolean) => Values> = {
    Site: (id, hides) => ({
      id,
      name: `${words(random, 1)} site${hides ? ' extra long' : ''}`,
      rank: random.pick(RANKS).toLowerCase(),
      size: number(hides),
      owner_id: maybe('Person'),
    }),
    Person: (id, hides) => ({ id, name: `${words(random, 1)} person`, age: number(hides), boss_id: maybe('Person') }),
    Doc: (id, hides) => ({
      id,
      title: words(random, 2),
      text: words(random, 4 + random.below(6)),
      rank: random.pick(RANKS).toLowerCase(),
      pages: number(hides),
      site_id: maybe('Site'),
      author_id: maybe('Person'),
    }),
    Part: (id, hides) => ({ id, name: `${words(random, 1)} part`, year: number(hides) }),
    Maker: (id) => ({ id, name: `${words(random, 1)} maker` }),
  };
  const rows = Object.fromEntries(TYPE_NAMES.map((type) => [type, KEYS[type].map((id) => make[type](id, isHidden(type, id)))])) as Record<
    TypeName,
    Values[]
  >;
  const links = LINKS.flatMap(([from, type, to, often]) =>
    KEYS[from].flatMap((start) =>
      KEYS[to].flatMap((end): Link[] => {
        const chance = (often / 10) * (isHidden(from, start) || isHidden(to, end) ? 2.5 : 1);
        if (start === end || !random.chance(chance)) return [];
        return [{ type, from: [from, start], to: [to, end], weight: random.chance(0.1) ? null : random.below(10) }];
      }),
    ),
  );
  return { rows, links };
};

/** The same without what is hidden: references to it are missing, and so are its relationships. */
export const without = ({ rows, links }: Data, hidden: Hidden): Data => ({
  rows: Object.fromEntries(
    TYPE_NAMES.map((type) => [
      type,
      rows[type]
        .filter(({ id }) => id !== hidden[type])
        .map((row) => {
          const references = Object.entries(REFERENCES[type] ?? {}).map(([column, target]) => [
            column,
            row[column] === hidden[target] ? null : row[column]!,
          ]);
          return { ...row, ...(Object.fromEntries(references) as Values) };
        }),
    ]),
  ) as unknown as Data['rows'],
  links: links.filter(({ from, to }) => [from, to].every(([type, key]) => hidden[type] !== key)),
});
