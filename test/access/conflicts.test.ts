import { parse, type ExecutionResult } from 'graphql';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { withAccess } from '../../src/engine.js';
import { Callers } from '../../src/execute/callers.js';
import { NOBODY, type Identity } from '../../src/predicate/caller.js';
import { execute } from '../support/execute.js';
import { openOwnGateway, type OwnGateway } from '../support/own-gateway.js';

/** Everyone sees and writes what is open or their own; administrators see all. */
const RULE = `{ OR: [{ jwt: { isAdmin: { eq: true } } }, { node: { isOpen: { eq: true } } }, { node: { owner: { eq: "$jwt.id" } } }] }`;
const RULES = `@authorization(filter: [{ where: ${RULE} }], validate: [{ operations: [CREATE, UPDATE, DELETE], where: { jwt: {} } }])`;
const SDL = `
  type Shelf @table(name: "shelves") ${RULES} {
    id: ID! isOpen: Boolean! owner: String! name: String! code: Int shelfCode: Int @column(name: "code_of")
    books: [Book!]! @join(to: "shelf_id") }
  type Book @table(name: "books") ${RULES} {
    id: ID! isOpen: Boolean! owner: String! isbn: String label: String
    place: String secret: String @authorization(filter: { where: { node: { owner: { eq: "$jwt.id" } } } })
    room: Int
    shelf: Shelf @join(from: "shelf_id") shelfId: ID @column(name: "shelf_id") }
  type Hall @table(name: "halls")
    @authorization(filter: [{ operations: [READ, UPDATE], where: { jwt: {} } }], validate: [{ operations: [CREATE], where: { jwt: {} } }]) {
    id: ID! name: String! seats: [Seat!]! @join(to: "hall_id") }
  type Seat @table(name: "seats") @authorization(filter: [{ where: { jwt: {} } }],
    validate: [{ operations: [CREATE, UPDATE, DELETE], where: { jwt: {} } }]) { id: ID! hall: Hall @join(from: "hall_id") }
  type Machine @node @authorization(filter: [{ where: ${RULE} }], validate: [{ operations: [CREATE], where: { jwt: {} } }]) {
    id: ID! isOpen: Boolean! owner: String! }`;
const TABLES = `
  CREATE TABLE shelves (id uuid PRIMARY KEY, is_open boolean NOT NULL, owner text NOT NULL, name text NOT NULL, code int UNIQUE,
    code_of int REFERENCES shelves (code));
  CREATE TABLE books (id uuid PRIMARY KEY, is_open boolean NOT NULL DEFAULT false, owner text NOT NULL, isbn text UNIQUE, label text,
    place text, secret text UNIQUE, room int, shelf_id uuid REFERENCES shelves (id), UNIQUE (label, place),
    EXCLUDE USING btree (room WITH =));
  CREATE TABLE halls (id uuid PRIMARY KEY, name text NOT NULL);
  CREATE TABLE seats (id uuid PRIMARY KEY, hall_id uuid REFERENCES halls (id));`;

const id = (number: number) => `00000000-0000-4000-8000-${String(number).padStart(12, '0')}`;
const [OPEN, HIDDEN, ABSENT] = [id(1), id(2), id(9)];
const user = (name: string): Identity => ({ ...NOBODY, kind: 'user', id: name, name });
const ann = user('ann');

let gateway: OwnGateway;
let callers: Callers;
beforeAll(async () => {
  gateway = await openOwnGateway(SDL);
  await gateway.engine.stores.relational.script(TABLES);
  await gateway.engine.stores.graph.write.run('CREATE CONSTRAINT machine FOR (n:Machine) REQUIRE n.id IS UNIQUE');
  callers = new Callers(withAccess(gateway.engine, gateway.schema), 0);
});
afterAll(() => gateway.close());
beforeEach(async () => {
  await gateway.engine.stores.relational.script(`
    TRUNCATE shelves, books, halls, seats;
    INSERT INTO shelves VALUES ('${OPEN}', true, 'bob', 'open', 1), ('${HIDDEN}', false, 'bob', 'hidden', 2);
    INSERT INTO halls VALUES ('${OPEN}', 'hall');
    INSERT INTO seats VALUES ('${OPEN}', NULL);
    INSERT INTO books (id, is_open, owner, isbn, label, place, secret, room) VALUES
      ('${OPEN}', true, 'bob', 'open', 'a', 'b', 'secret', 1), ('${HIDDEN}', false, 'bob', 'hidden', 'c', 'd', NULL, 2),
      ('${id(3)}', false, 'bob', 'comma', 'x, y', 'z', NULL, NULL)`);
  await gateway.engine.stores.graph.write.run('MATCH (n:Machine) DELETE n');
  for (const [key, isOpen] of [
    ['open', true],
    ['hidden', false],
  ])
    await gateway.engine.stores.graph.write.run(`CREATE (:Machine {id: '${key}', isOpen: ${isOpen}, owner: 'bob'})`);
});

const ask = async (source: string, identity = ann): Promise<ExecutionResult> =>
  execute({ schema: gateway.schema, document: parse(source), contextValue: await callers.open(identity, {}) });
const refusal = async (source: string, identity = ann): Promise<[string, unknown]> => {
  const { errors } = await ask(source, identity);
  expect(errors).toHaveLength(1);
  return [errors![0]!.message, JSON.parse(JSON.stringify(errors![0]!.extensions))];
};
const rows = async (text: string) => gateway.engine.stores.relational.read({ text }, { primary: true });

const CONFLICT = ['The change conflicts with what is stored, so nothing was written.', { code: 'CONFLICT' }];
const unique = (type: string, ...fields: string[]) => [
  `A ${type} with the same ${fields.join(', ')} already exists. Nothing was written.`,
  { code: 'UNIQUE_VIOLATION', type, fields },
];
let next = 100;
const book = (input: string, key = id((next += 1))) =>
  `mutation { createBooks(input: [{id: "${key}", isOpen: false, owner: "ann", ${input}}]) { info { nodesCreated } } }`;

describe('a row with the same unique values', () => {
  it.each([
    ['the key', () => book('', OPEN), () => book('', HIDDEN), ['id']],
    ['a column', () => book('isbn: "open"'), () => book('isbn: "hidden"'), ['isbn']],
    ['several columns', () => book('label: "a", place: "b"'), () => book('label: "c", place: "d"'), ['label', 'place']],
  ])('is named if the caller sees it, and no word tells of it if not: %s', async (_, shown, hidden, fields) => {
    expect(await refusal(shown())).toEqual(unique('Book', ...fields));
    expect(await refusal(hidden())).toEqual(CONFLICT);
    // Its owner sees it.
    expect(await refusal(hidden(), user('bob'))).toEqual(unique('Book', ...fields));
  });

  it('is not told of by an exclusion constraint', async () => {
    expect((await refusal(book('room: 1')))[1]).toEqual({ code: 'EXCLUSION_VIOLATION', type: 'Book', fields: ['room'] });
    expect(await refusal(book('room: 2'))).toEqual(CONFLICT);
  });

  it('is not told of by an update either', async () => {
    await ask(book('isbn: "mine"'));
    const update = (isbn: string) =>
      `mutation { updateBooks(where: {isbn: {eq: "mine"}}, update: {isbn: {set: "${isbn}"}}) { info { nodesCreated } } }`;
    expect(await refusal(update('hidden'))).toEqual(CONFLICT);
    expect(await refusal(update('open'))).toEqual(unique('Book', 'isbn'));
  });

  it('is not told of where it cannot be said which row it is: two values as one text', async () => {
    expect(await refusal(book('label: "x, y", place: "z"'))).toEqual(CONFLICT);
    expect((await ask(book('label: "x", place: "y, z"'))).errors).toBeUndefined();
  });

  it('is not told of by a column of it that the caller does not see', async () => {
    expect(await refusal(book('secret: "secret"'))).toEqual(CONFLICT);
  });

  it('is named if the caller has sent it twice', async () => {
    const key = id(50);
    const one = `{id: "${key}", isOpen: false, owner: "ann"}`;
    expect(await refusal(`mutation { createBooks(input: [${one}, ${one}]) { info { nodesCreated } } }`)).toEqual(unique('Book', 'id'));
  });

  it('is not told of by an upsert, which says so of a row that is seen and may not be changed only', async () => {
    const upsert = (key: string) =>
      `mutation { upsertBooks(input: [{id: "${key}", isOpen: false, owner: "ann"}]) { info { nodesUpdated } } }`;
    expect(await refusal(upsert(HIDDEN))).toEqual(CONFLICT);
  });

  it('is not told of by what the other mutations of the operation say', async () => {
    const source = `mutation {
      a: createBooks(input: [{id: "${id(60)}", isOpen: false, owner: "ann"}]) { info { nodesCreated } }
      b: createBooks(input: [{id: "${HIDDEN}", isOpen: false, owner: "ann"}]) { info { nodesCreated } } }`;
    const { errors } = await ask(source);
    expect(errors!.map(({ message }) => message).join(' ')).not.toMatch(/Book|id/);
  });
});

describe('a node with the same unique key', () => {
  const create = (key: string) =>
    `mutation { createMachines(input: [{id: "${key}", isOpen: false, owner: "ann"}]) { info { nodesCreated } } }`;
  it('is named if the caller sees it, and no word tells of it if not', async () => {
    expect(await refusal(create('open'))).toEqual(unique('Machine', 'id'));
    expect(await refusal(create('hidden'))).toEqual(CONFLICT);
    expect(await refusal(create('hidden'), user('bob'))).toEqual(unique('Machine', 'id'));
  });
});

describe('rows that still refer to one that is to be deleted', () => {
  const DELETE = `mutation { deleteShelves(where: {id: {eq: "${OPEN}"}}) { nodesDeleted } }`;
  const refer = (key: string) => rows(`UPDATE books SET shelf_id = '${OPEN}' WHERE id = '${key}' RETURNING 1`);

  it('are told of if the caller sees one', async () => {
    await refer(HIDDEN);
    await refer(OPEN);
    expect((await refusal(DELETE))[1]).toMatchObject({ code: 'FOREIGN_KEY_VIOLATION', type: 'Shelf' });
  });

  it('are not told of if all are hidden', async () => {
    await refer(HIDDEN);
    expect(await refusal(DELETE)).toEqual(CONFLICT);
    expect((await refusal(DELETE, user('bob')))[1]).toMatchObject({ code: 'FOREIGN_KEY_VIOLATION' });
  });
});

describe('the key of a row that the caller does not see, given as a plain value,', () => {
  const each = async (source: (key: string) => string, code = 'FOREIGN_KEY_VIOLATION') => {
    const [hidden, absent] = [await refusal(source(HIDDEN)), await refusal(source(ABSENT))];
    expect(hidden).toEqual(absent);
    expect(hidden[1]).toMatchObject({ code });
    expect((await ask(source(OPEN))).errors).toBeUndefined();
  };

  it('is refused by a create as one that is not there', () => each((key) => book(`shelfId: "${key}"`)));

  it('is refused by connect as one that is not there', () =>
    each((key) => book(`shelf: {connect: {where: {node: {id: {eq: "${key}"}}}}}`), 'BAD_INPUT'));

  it('is refused by an update as one that is not there', async () => {
    await ask(book('isbn: "mine"'));
    await each((key) => `mutation { updateBooks(where: {isbn: {eq: "mine"}}, update: {shelfId: {set: "${key}"}}) { books { id } } }`);
  });

  it('is refused by an upsert, and in nested rows', async () => {
    await each(
      (key) => `mutation { upsertBooks(input: [{id: "${id(70)}", isOpen: false, owner: "ann", shelfId: "${key}"}]) { books { id } } }`,
    );
    await each(
      (key) => `mutation { updateShelves(where: {id: {eq: "${OPEN}"}}, update: {books: [{create: [{node: {
        id: "${id((next += 1))}", isOpen: false, owner: "ann"}}]}], shelfCode: {set: ${key === OPEN ? 1 : key === HIDDEN ? 2 : 9}}}) {
        shelves { id } } }`,
    );
  });

  it('cannot be found by adding to a number that refers to a row', async () => {
    const [, extensions] = await refusal(
      `mutation { updateShelves(where: {id: {eq: "${OPEN}"}}, update: {shelfCode: {add: 1}}) { shelves { id } } }`,
    );
    expect(extensions).toMatchObject({ code: 'BAD_INPUT' });
  });

  it('is taken if the mutation creates its row itself', async () => {
    const shelf = (key: string, rest: string) => `{id: "${key}", isOpen: false, owner: "ann", name: "x", ${rest}}`;
    const input = `[${shelf(id(80), 'code: 80, shelfCode: 81')}, ${shelf(id(81), 'code: 81')}]`;
    expect((await ask(`mutation { createShelves(input: ${input}) { info { nodesCreated } } }`)).errors).toBeUndefined();
  });
});

describe('a row to which the caller may not refer', () => {
  it('gets no rows connected or created through its to-many join', async () => {
    for (const change of [`connect: [{where: {node: {id: {eq: "${OPEN}"}}}}]`, `create: [{node: {id: "${id(90)}"}}]`]) {
      const update = `mutation { updateHalls(where: {id: {eq: "${OPEN}"}}, update: {seats: [{${change}}]}) { halls { id } } }`;
      expect(await refusal(update)).toEqual(['You may not connect this Hall. Nothing was written.', { code: 'FORBIDDEN', type: 'Hall' }]);
    }
    expect(await rows('SELECT hall_id FROM seats')).toEqual([[null]]);
  });
});
