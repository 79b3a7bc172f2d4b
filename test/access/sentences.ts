import { NOBODY, type Identity } from '../../src/predicate/caller.js';
import { KEYS, REFERENCES, TYPE_NAMES, type Data, type TypeName, type Values } from './data.js';

const ADMIN = '{ where: { jwt: { isAdmin: { eq: true } } } }';

/** Rules of every kind: own rows, sets, roles, references, negations, rows for everyone, nodes. */
export const RULES = `
  extend type Site @sessionVariable(name: "sites", of: "id", where: { owner: { id: { eq: "$jwt.id" } } }) @authorization(filter: [
    ${ADMIN}
    { where: { node: { owner: { id: { eq: "$jwt.id" } } } } }
    { requireAuthentication: false, where: { node: { rank: { eq: LOW } } } }
  ])
  extend type Person
    @sessionVariable(name: "team", of: "id", where: { OR: [{ id: { eq: "$jwt.id" } }, { boss: { id: { eq: "$jwt.id" } } }] })
    @authentication @authorization(filter: [
      ${ADMIN}
      { where: { node: { id: { in: "$jwt.team" } } } }
      { where: { AND: [{ jwt: { roles: { includes: "viewer" } } }, { node: { age: { gte: 20 } } }] } }
    ])
  extend type Doc @authorization(filter: [
    ${ADMIN}
    { where: { node: { OR: [{ author: { id: { in: "$jwt.team" } } }, { site: { id: { in: "$jwt.sites" } } }] } } }
    { requireAuthentication: false, where: { node: { rank: { eq: HIGH }, NOT: { pages: { gt: 20 } } } } }
  ])
  extend type Part @authorization(filter: [
    ${ADMIN}
    { where: { node: { year: { gte: 20 } } } }
    { where: { jwt: { roles: { includes: "viewer" } }, node: { name: { contains: "e" } } } }
  ])
  extend type Maker @authentication
`;

const user = (id: string, also: Partial<Identity> = {}): Identity => ({ ...NOBODY, kind: 'user', id, name: id, ...also });

/** Six callers: the rules above are read again below, as sentences about rows. */
export const ROLES: Readonly<Record<string, Identity>> = {
  administrator: user(KEYS.Person[7]!, { isAdmin: true }),
  owner: user(KEYS.Person[2]!),
  editor: user(KEYS.Person[5]!),
  viewer: user(KEYS.Person[3]!, { roles: ['viewer'] }),
  'user without rows': user('00c0ffee-0009-4000-8000-000000000099'),
  anonymous: NOBODY,
};

/** Whether a role sees a row or node, by the sentences of the rules. */
export const sees = ({ id, kind, isAdmin, roles }: Identity, { rows }: Data) => {
  if (isAdmin) return () => true;
  const isSignedIn = kind !== 'anonymous';
  const team = new Set(rows.Person.filter((row) => isSignedIn && (row['id'] === id || row['boss_id'] === id)).map((row) => row['id']));
  const sites = new Set(rows.Site.filter((row) => isSignedIn && row['owner_id'] === id).map((row) => row['id']));
  const isViewer = roles.includes('viewer');
  const tests: Readonly<Record<TypeName, (row: Values) => boolean>> = {
    Site: (row) => sites.has(row['id']) || row['rank'] === 'low',
    Person: (row) => team.has(row['id']) || (isViewer && Number(row['age'] ?? 0) >= 20),
    Doc: (row) =>
      team.has(row['author_id']) ||
      sites.has(row['site_id']) ||
      (row['rank'] === 'high' && row['pages'] !== null && Number(row['pages']) <= 20),
    Part: (row) => isSignedIn && (Number(row['year'] ?? 0) >= 20 || (isViewer && String(row['name']).includes('e'))),
    Maker: () => isSignedIn,
  };
  return (type: TypeName, row: Values) => tests[type](row);
};

/** What of the data a role sees: references to other rows are missing, and so are their relationships. */
export const visibleOnly = (data: Data, isSeen: (type: TypeName, row: Values) => boolean): Data => {
  const kept = Object.fromEntries(TYPE_NAMES.map((type) => [type, data.rows[type].filter((row) => isSeen(type, row))]));
  const keys = Object.fromEntries(TYPE_NAMES.map((type) => [type, new Set(kept[type]!.map((row) => row['id']))]));
  const shownRow = (type: TypeName) => (row: Values) => {
    const references = Object.entries(REFERENCES[type] ?? {}).filter(([column, target]) => !keys[target]!.has(row[column]));
    return { ...row, ...Object.fromEntries(references.map(([column]) => [column, null])) };
  };
  return {
    rows: Object.fromEntries(TYPE_NAMES.map((type) => [type, kept[type]!.map(shownRow(type))])) as unknown as Data['rows'],
    links: data.links.filter(({ from, to }) => [from, to].every(([type, key]) => keys[type]!.has(key))),
  };
};
