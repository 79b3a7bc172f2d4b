import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { unguarded } from '../../src/access/guard.js';
import { learnDatabase } from '../../src/model/database.js';
import { snakeCase } from '../../src/model/names.js';
import { columnFields, tableType, type TableType } from '../../src/model/types.js';
import { createSilentLog } from '../../src/log.js';
import { Deferred } from '../../src/predicate/deferred.js';
import { evaluate, evaluator, isEvaluable, type EvaluatedRow, type Test, type Truth } from '../../src/predicate/evaluate.js';
import { compareTexts, lower } from '../../src/predicate/letters.js';
import { compareJsonb, containsJsonb, jsonbText, readJsonb } from '../../src/predicate/jsonb.js';
import { parseWhere } from '../../src/predicate/parse.js';
import type { Comparison, Predicate } from '../../src/predicate/types.js';
import { Statement } from '../../src/sql/statement.js';
import { textOf } from '../../src/sql/text-format.js';
import { whereToSql } from '../../src/sql/source.js';
import { EVALUATED_COLUMNS } from '../support/evaluated-columns.js';
import { generateRows, generateWhere, SDL, TABLES } from '../support/evaluated-pairs.js';
import { JSON_TEXTS, TEXTS } from '../support/evaluated-values.js';
import { createRandom } from '../support/generate.js';
import { openOwnGateway, type OwnGateway } from '../support/own-gateway.js';

const ROWS = 200;
const ROWS_OF_BATCH = 5;
const PREDICATES_OF_BATCH = 100;

/** Beyond this code point no script has small letters. */
const LAST_LETTER = 0x1ffff;

/**
 * What a predicate says of a row in memory is what PostgreSQL says of it.
 *
 * @param isKnown whether the database compares texts so that all of it can be done in memory
 */
export const evaluateContract = (profile: string, settings: () => Record<string, string>, pairs: number, isKnown = true): void => {
  describe(`a predicate on a row in memory, on ${profile}`, () => {
    let gateway: OwnGateway;
    let type: TableType;
    /** The same rows in the three ways in which their texts may come, by id. */
    let forms: Readonly<Record<string, readonly EvaluatedRow[]>>;
    const read = (text: string, values: readonly unknown[] = []) => gateway.engine.stores.relational.read({ text, values });
    const parse = (where: unknown): Predicate => parseWhere(gateway.engine.model, { type, onEdge: false }, where, 'evaluated');

    /** What PostgreSQL says of rows with these ids: a list of truths for each predicate. */
    const ask = async (predicates: readonly Predicate[], ids: readonly number[]): Promise<Truth[][]> => {
      const statement = new Statement();
      const tests = predicates.map(
        (predicate) => `(${whereToSql(unguarded(gateway.engine.model), type, predicate, 'r', statement)})::text`,
      );
      const list = statement.bind(ids, 'int[]');
      const rows = await read(`SELECT ${tests.join(', ')} FROM evaluated r WHERE r.id = ANY(${list}) ORDER BY r.id`, statement.values);
      expect(rows).toHaveLength(ids.length);
      return predicates.map((_, index) => rows.map((row) => (row[index] === null ? null : row[index] === 'true')));
    };

    const testOf = (where: unknown): Test => {
      const predicate = parse(where);
      if (!isEvaluable(predicate)) throw new Error(`not evaluable: ${JSON.stringify(where)}`);
      return evaluator(predicate);
    };

    beforeAll(async () => {
      gateway = await openOwnGateway(SDL, settings());
      const { model, stores } = gateway.engine;
      await stores.relational.script(TABLES);
      await learnDatabase(model, stores.relational, createSilentLog());
      type = tableType(model, 'Evaluated');
      const columns = EVALUATED_COLUMNS.map(({ name }) => `"${snakeCase(name)}"`);
      const rows = generateRows(createRandom(3), ROWS);
      await stores.relational.transaction(async (run) => {
        for (const [id, values] of rows.entries()) {
          const casts = EVALUATED_COLUMNS.map(({ sql }, index) => `$${index + 1}::text::${sql.replace(/ COLLATE.*/, '')}`);
          await run({ text: `INSERT INTO evaluated (id, ${columns.join(', ')}) VALUES (${id}, ${casts.join(', ')})`, values });
        }
      });
      const all = columnFields(type).map((field) => ({ name: field.column.name, text: textOf(field, `r."${field.column.name}"`) }));
      const inColumns = async (texts: readonly string[]) =>
        (await read(`SELECT ${texts.join(', ')} FROM evaluated r ORDER BY r.id`)).map((row): EvaluatedRow =>
          Object.fromEntries(all.map(({ name }, index) => [name, row[index]!])),
        );
      const changed = await read('SELECT e.key, e.value FROM evaluated r, json_each_text(to_json(r)) e ORDER BY r.id');
      const width = changed.length / ROWS;
      const printed = await inColumns(all.map(({ name }) => `r."${name}"::text`));
      forms = {
        'as PostgreSQL prints them': printed,
        'as answers are read': await inColumns(all.map(({ text }) => `(${text})::text`)),
        'of a row as JSON': printed.map(({ document, written }, id) => ({
          ...(Object.fromEntries(changed.slice(id * width, (id + 1) * width)) as EvaluatedRow),
          document: document!,
          written: written!,
        })),
      };
    });
    afterAll(async () => {
      await gateway?.engine.stores.relational.script('DROP TABLE evaluated; DROP TYPE evaluated_mood; DROP COLLATION evaluated_loose;');
      await gateway?.close();
    });

    it(`is what PostgreSQL says, for ${pairs} generated pairs`, async () => {
      const random = createRandom(5);
      const said = new Map<Truth, number>();
      let left = 0;
      for (let done = 0; done < pairs; done += ROWS_OF_BATCH * PREDICATES_OF_BATCH) {
        const first = random.below(ROWS - ROWS_OF_BATCH);
        const ids = Array.from({ length: ROWS_OF_BATCH }, (_, index) => first + index);
        const wheres = Array.from({ length: PREDICATES_OF_BATCH }, () => {
          for (;;) {
            const where = generateWhere(random, 2);
            if (isEvaluable(parse(where))) return where;
            left += 1;
          }
        });
        const answers = await ask(wheres.map(parse), ids);
        for (const [index, where] of wheres.entries()) {
          for (const [form, rows] of Object.entries(forms)) {
            const got = ids.map((id) => testOf(where)(rows[id]!));
            const shown = `${JSON.stringify(where)} ${form}: ${JSON.stringify(differing(where, rows, ids, got, answers[index]!))}`;
            expect(got, shown).toEqual(answers[index]);
          }
          for (const truth of answers[index]!) said.set(truth, (said.get(truth) ?? 0) + 1);
        }
      }
      if (isKnown) expect(left).toBe(0);
      for (const truth of [true, false, null]) expect(said.get(truth) ?? 0, String(truth)).toBeGreaterThan(pairs / 20);
    }, 600_000);

    it('has JSON equal, contained and printed as in jsonb, any with any', async () => {
      const pairs = await read(
        `SELECT a, b, (a::jsonb = b::jsonb)::text, (a::jsonb @> b::jsonb)::text, a::jsonb #>> '{}',
           CASE WHEN jsonb_typeof(a::jsonb) = jsonb_typeof(b::jsonb) THEN (a::jsonb > b::jsonb)::text END
         FROM unnest($1::text[]) a, unnest($1::text[]) b`,
        [JSON_TEXTS],
      );
      for (const [a, b, equal, contains, text, greater] of pairs) {
        const [one, other] = [readJsonb(a!), readJsonb(b!)];
        const sign = compareJsonb(one, other);
        expect([sign === 0, containsJsonb(one, other), jsonbText(one)], `${a} ${b}`).toEqual([equal === 'true', contains === 'true', text]);
        // Texts have the order of the database.
        if (isKnown && greater !== null) expect(sign > 0, `${a} > ${b}`).toBe(greater === 'true');
      }
    });

    it('makes small what the database makes small, letter by letter', async () => {
      const named = `collname IN ('pg_c_utf8', 'und-x-icu', 'C') AND collnamespace = 'pg_catalog'::regnamespace`;
      for (const [name] of await read(`SELECT collname FROM pg_collation WHERE ${named}`)) {
        const how = name === 'C' ? 'ascii' : name === 'pg_c_utf8' ? 'simple' : 'full';
        const small = `lower(chr(i) COLLATE "${name}")`;
        const found = await read(
          `SELECT chr(i), ${small} FROM generate_series(1, ${LAST_LETTER}) i
           WHERE i NOT BETWEEN 55296 AND 57343 AND ${small} COLLATE "C" <> chr(i)`,
        );
        const known = new Map(found as [string, string][]);
        const differing = [];
        for (let point = 1; point <= LAST_LETTER; point += 1) {
          if (point >= 0xd800 && point <= 0xdfff) continue;
          const letter = String.fromCodePoint(point);
          const [ours, theirs] = [lower(letter, how), known.get(letter) ?? letter];
          if (ours !== theirs && !isRecent(point)) differing.push(`${point.toString(16)} ${ours} ${theirs}`);
        }
        expect(differing, name!).toEqual([]);
      }
    }, 120_000);

    it('has texts in the order of code points', async () => {
      const sorted = (await read('SELECT t FROM unnest($1::text[]) t ORDER BY t COLLATE "C"', [TEXTS])).flat();
      expect([...TEXTS].sort(compareTexts)).toEqual(sorted);
      expect([...TEXTS].sort()).not.toEqual(sorted);
    });

    it.each([
      [{ body: { matches: 'words' } }],
      [{ body: { similarTo: { text: 'words' } } }],
      [{ parent: { number: { eq: '1' } } }],
      [{ parent: null }],
      [{ OR: [{ whole: { gt: 1 } }, { NOT: { parent: {} } }] }],
      [{ whole: { gt: new Deferred(() => 1) } }],
      [{ whole: { in: [1, new Deferred(() => 1)] } }],
      [{ inOrderOfWords: { gt: 'a' } }],
      [{ loose: { eq: 'a' } }],
      [{ loose: { contains: 'a' } }],
    ])('cannot be evaluated: %j', (where) => expect(isEvaluable(parse(where))).toBe(false));

    it('cannot be evaluated on texts of a database that has not been asked how it compares them', () => {
      const unlearnt = structuredClone(parse({ plain: { eq: 'a' } })) as Comparison;
      delete (unlearnt.field as { collations?: unknown }).collations;
      expect(isEvaluable(unlearnt)).toBe(false);
      expect(isEvaluable({ ...unlearnt, value: null })).toBe(true);
    });

    it.each([
      { moment: { gt: '2026-02-30T00:00:00Z' } },
      { moment: { eq: '294277-01-01T00:00:00Z' } },
      { moment: { eq: '2026-01-01T00:00:00+16:00' } },
      { day: { in: ['2026-03-01', '0000-01-01'] } },
      { clock: { lt: '24:00:01' } },
      { wall: { eq: '2026-01-01T25:00:00' } },
      { span: { eq: '-P1D' } },
      { span: { gt: 'P1.2.3D' } },
      { numberText: { eq: 'x' } },
      { address: { eq: '10.0.0.256' } },
      { address: { gt: '1:2:3:4:5:6:7:8:9' } },
      { tokenText: { gt: 'no uuid' } },
    ])('is refused for a value that PostgreSQL refuses: %j', async (where) => {
      await expect(ask([parse(where)], [0])).rejects.toThrow();
      expect(() => testOf(where)).toThrow(expect.objectContaining({ code: 'VALUE_INVALID' }) as Error);
    });

    it('tells a list that begins with another number than 1 from others, where its text says so', async () => {
      await gateway.engine.stores.relational.script(`UPDATE evaluated SET words = '[0:1]={a,b}' WHERE id = 0`);
      const [[text]] = (await read('SELECT words::text FROM evaluated WHERE id = 0')) as [[string]];
      for (const where of [{ words: { eq: ['a', 'b'] } }, { words: { includesAll: ['b', 'a'] } }, { words: { includes: 'c' } }])
        expect(testOf(where)({ words: text }), JSON.stringify(where)).toBe((await ask([parse(where)], [0]))[0]![0]);
    });

    it('knows infinite intervals, which PostgreSQL has from version 17 on', async () => {
      const [[version]] = (await read(`SELECT current_setting('server_version_num')`)) as [[string]];
      if (Number(version) < 170_000) return;
      await gateway.engine.stores.relational.script(`UPDATE evaluated SET span = '-infinity' WHERE id = 0`);
      for (const span of [{ eq: '-infinity' }, { lt: 'P-999Y' }, { gte: 'infinity' }, { in: ['infinity', '-infinity'] }])
        expect(testOf({ span })({ span: '-infinity' }), JSON.stringify(span)).toBe((await ask([parse({ span })], [0]))[0]![0]);
    });

    it('needs the columns that it asks about, as texts of their types', () => {
      expect(() => testOf({ whole: { gt: 1 } })({})).toThrow('the row has no column whole');
      expect(() => testOf({ whole: { gt: 1 } })({ whole: 'many' })).toThrow('column whole of the row has "many", which is no integer');
      const predicate = parse({ whole: { gt: 1 } });
      expect(isEvaluable(predicate) && [{ whole: '2' }, { whole: '1' }, { whole: null }].map((row) => evaluate(predicate, row))).toEqual([
        true,
        false,
        null,
      ]);
    });
  });
};

/** Whether a letter came with Unicode 16 or 17: of two programs the newer one knows more of them. */
const isRecent = (point: number): boolean =>
  point === 0x1c89 ||
  (point >= 0xa7cb && point <= 0xa7dc) ||
  (point >= 0x10d50 && point <= 0x10d65) ||
  (point >= 0x16ea0 && point <= 0x16eb8);

/** The columns that are asked about, of the first row of which something else was said. */
const differing = (
  where: object,
  rows: readonly EvaluatedRow[],
  ids: readonly number[],
  got: readonly Truth[],
  expected: readonly Truth[],
): unknown => {
  const index = got.findIndex((truth, at) => truth !== expected[at]);
  const text = JSON.stringify(where);
  return index < 0
    ? undefined
    : {
        expected: expected[index],
        ...Object.fromEntries(
          Object.entries(rows[ids[index]!]!).filter(([name]) =>
            EVALUATED_COLUMNS.some((column) => snakeCase(column.name) === name && text.includes(`"${column.name}"`)),
          ),
        ),
      };
};
