import type { TypeName } from './data.js';

/** How the types are asked, as schema.ts has them. */
interface Shape {
  readonly plural: string;
  readonly singular: string;
  readonly texts: readonly string[];
  readonly number?: string;
  readonly rank?: true;
  readonly one: Readonly<Record<string, TypeName>>;
  readonly many: Readonly<Record<string, TypeName>>;
  readonly hops: Readonly<Record<string, TypeName>>;
  /** Traversals: field, what it is wrapped in, its type, and whether it takes conditions on relationships. */
  readonly reach: readonly (readonly [string, string, TypeName, boolean])[];
  readonly path?: true;
  readonly paths?: true;
}

export const SHAPES: Readonly<Record<TypeName, Shape>> = {
  Site: {
    plural: 'sites',
    singular: 'site',
    texts: ['name'],
    number: 'size',
    rank: true,
    one: { owner: 'Person' },
    many: { docs: 'Doc' },
    hops: { parts: 'Part', feeds: 'Site', fedBy: 'Site' },
    reach: [
      ['reach', 'site', 'Site', true],
      ['partReach', 'part', 'Part', false],
    ],
    path: true,
    paths: true,
  },
  Person: {
    plural: 'people',
    singular: 'person',
    texts: ['name'],
    number: 'age',
    one: { boss: 'Person' },
    many: { reports: 'Person', sites: 'Site', docs: 'Doc' },
    hops: {},
    reach: [],
  },
  Doc: {
    plural: 'docs',
    singular: 'doc',
    texts: ['title', 'text'],
    number: 'pages',
    rank: true,
    one: { site: 'Site', author: 'Person' },
    many: {},
    hops: { parts: 'Part' },
    reach: [['partReach', 'part', 'Part', false]],
    paths: true,
  },
  Part: {
    plural: 'parts',
    singular: 'part',
    texts: ['name'],
    number: 'year',
    one: {},
    many: {},
    hops: { parts: 'Part', partOf: 'Part', sites: 'Site', docs: 'Doc', maker: 'Maker' },
    reach: [
      ['reach', 'part', 'Part', true],
      ['docReach', 'doc', 'Doc', false],
    ],
    path: true,
    paths: true,
  },
  Maker: { plural: 'makers', singular: 'maker', texts: ['name'], one: {}, many: {}, hops: { parts: 'Part' }, reach: [] },
};

export const isRow = (type: TypeName): boolean => ['Site', 'Person', 'Doc'].includes(type);

/** What of a node of any type is asked for. */
export const GRAPH_NODE = '{ __typename ... on Site { id } ... on Doc { id } ... on Part { id } ... on Maker { id } }';
