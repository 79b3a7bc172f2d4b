import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { COLUMN_KINDS, containsJson, exact } from '../support/column-kinds.js';
import { openColumnSamples, passing, rows, ROWS, sameAs, type ColumnSamples } from '../support/column-samples.js';
import type { Answer } from '../support/gateway.js';

let gateway: ColumnSamples;
beforeAll(async () => {
  gateway = await openColumnSamples();
});
afterAll(() => gateway?.close());
const found: ColumnSamples['found'] = (where) => gateway.found(where);
const expectFound: ColumnSamples['expectFound'] = (...args) => gateway.expectFound(...args);

describe.each(COLUMN_KINDS.map((kind) => [`${kind.sql} (${kind.name})`, kind] as const))('a column of type %s', (_, kind) => {
  const { name, values } = kind;
  const isJson = kind.sdl.startsWith('JSON');
  const isList = kind.sdl.startsWith('[');

  it('gives back what was written, null too', async () => {
    const { samples } = (await gateway.ask(`{ samples(sort: [{id: ASC}]) { ${name} } }`)) as { samples: object[] };
    expect(samples).toEqual(rows.map((row) => ({ [name]: row[name] })));
    // In one statement with others, values come as texts of another making.
    const two = (await gateway.ask(`{ a: samples(sort: [{id: ASC}]) { ${name} } b: samples(limit: 1) { id } }`)) as { a: object[] };
    expect(two.a).toEqual(samples);
  });

  it('is filtered by equality and by null', async () => {
    for (const value of values)
      await expectFound(
        kind,
        { eq: value },
        passing(kind, (own) => sameAs(kind)(own, value)),
      );
    const empty = rows.filter((row) => row[name] === null).map(({ id }) => id);
    await expectFound(kind, { eq: null }, empty as string[]);
    expect(await found({ [name]: null })).toEqual(empty);
    expect(await found({ NOT: { [name]: { eq: null } } })).toEqual(passing(kind, () => true));
    if (isJson || isList || name === 'flag') return;
    await expectFound(
      kind,
      { in: values.slice(0, 2) },
      passing(kind, (own) => values.slice(0, 2).some((value) => sameAs(kind)(own, value))),
    );
    await expectFound(kind, { in: [] }, []);
  });

  if (kind.order && !kind.unordered)
    it('is filtered by order', async () => {
      const order = kind.order as unknown as (left: unknown, right: unknown) => number;
      for (const value of values) {
        await expectFound(
          kind,
          { gt: value },
          passing(kind, (own) => order(own, value) > 0),
        );
        await expectFound(
          kind,
          { gte: value },
          passing(kind, (own) => order(own, value) >= 0),
        );
        await expectFound(
          kind,
          { lt: value },
          passing(kind, (own) => order(own, value) < 0),
        );
        await expectFound(kind, { lte: value, gt: null }, []);
        await expectFound(
          kind,
          { lte: value },
          passing(kind, (own) => order(own, value) <= 0),
        );
      }
    });

  if (kind.order ?? name === 'unique')
    it('is sorted, with nulls where they are asked for', async () => {
      const order = (kind.order ?? ((left: string, right: string) => (left < right ? -1 : Number(left > right)))) as (
        left: unknown,
        right: unknown,
      ) => number;
      for (const [direction, sign, nullsFirst] of [
        ['ASC', 1, false],
        ['DESC', -1, true],
        ['ASC_NULLS_FIRST', 1, true],
        ['ASC_NULLS_LAST', 1, false],
        ['DESC_NULLS_FIRST', -1, true],
        ['DESC_NULLS_LAST', -1, false],
      ] as const) {
        const { samples } = (await gateway.ask(`{ samples(sort: [{${name}: ${direction}}]) { id } }`)) as { samples: { id: string }[] };
        const expected = [...rows].sort((left, right) => {
          const [a, b] = [left[name], right[name]];
          if (a === null || b === null) return a === b ? 0 : (a === null) === nullsFirst ? -1 : 1;
          return sign * order(a, b);
        });
        expect(
          samples.map(({ id }) => id),
          direction,
        ).toEqual(expected.map(({ id }) => id));
      }
    });

  if (kind.text)
    it('is searched as text', async () => {
      const seen = kind.text as unknown as (value: unknown) => string;
      for (const part of ['a', 'e_', '50%', "'s", '\\', '\n', '', 'B', '0', '/24', '.2', '"']) {
        const wanted = seen(part);
        await expectFound(
          kind,
          { contains: part },
          passing(kind, (own) => seen(own).includes(wanted)),
        );
        await expectFound(
          kind,
          { startsWith: part },
          passing(kind, (own) => seen(own).startsWith(wanted)),
        );
        await expectFound(
          kind,
          { endsWith: part },
          passing(kind, (own) => seen(own).endsWith(wanted)),
        );
        if (!kind.sdl.startsWith('String')) continue;
        const lowered = part.toLowerCase();
        await expectFound(
          kind,
          { caseInsensitive: { contains: part } },
          passing<string>(kind, (own) => own.toLowerCase().includes(lowered)),
        );
      }
      if (!kind.sdl.startsWith('String')) return;
      for (const value of values as string[]) {
        await expectFound(
          kind,
          { caseInsensitive: { eq: value.toUpperCase() } },
          passing<string>(kind, (own) => own.toLowerCase() === value.toLowerCase()),
        );
        await expectFound(
          kind,
          { caseInsensitive: { in: [value.toUpperCase()] } },
          passing<string>(kind, (own) => own.toLowerCase() === value.toLowerCase()),
        );
      }
    });

  if (isList)
    it('is filtered by what is in it', async () => {
      const lists = values as unknown[][];
      for (const item of new Set(lists.flat()))
        await expectFound(
          kind,
          { includes: item },
          passing<unknown[]>(kind, (own) => own.includes(item)),
        );
      for (const list of lists) {
        await expectFound(
          kind,
          { includesAll: list },
          passing<unknown[]>(kind, (own) => list.every((item) => own.includes(item))),
        );
        await expectFound(
          kind,
          { includesSome: list },
          passing<unknown[]>(kind, (own) => list.some((item) => own.includes(item))),
        );
      }
    });

  if (isJson)
    it('is filtered by containment and by paths', async () => {
      for (const part of [...values, { n: 5 }, { a: {} }, { a: { b: ['x'] } }, [[2]], 1, {}, []])
        await expectFound(
          kind,
          { contains: part },
          passing(kind, (own) => containsJson(own, part)),
        );
      for (const key of ['a', 'n', 'text', 'none', 'k'])
        await expectFound(
          kind,
          { hasKey: key },
          passing<unknown>(kind, (own) =>
            Array.isArray(own) ? own.includes(key) : typeof own === 'object' ? key in (own as object) : own === key,
          ),
        );
      const at = (own: unknown, path: string[]): unknown =>
        path.reduce<unknown>((value, step) => (value as Record<string, unknown> | null | undefined)?.[step], own);
      const ask = (path: string[], condition: object, test: (value: unknown) => boolean) =>
        expectFound(
          kind,
          { at: [{ path, ...condition }] },
          passing(kind, (own) => test(typeof own === 'object' ? at(own, path) : undefined)),
        );
      await ask(['n'], { eq: 5 }, (value) => value === 5);
      await ask(['n'], { in: [5, 'five'] }, (value) => value === 5 || value === 'five');
      await ask(['n'], { gt: 5 }, (value) => typeof value === 'number' && value > 5);
      await ask(['n'], { gte: 5, lt: 12 }, (value) => typeof value === 'number' && value >= 5 && value < 12);
      await ask(['n'], { lte: 'five' }, (value) => typeof value === 'string' && value <= 'five');
      await ask(['a', 'b', '1'], { eq: 'x' }, (value) => value === 'x');
      await ask(['a', 'b'], { contains: 'x' }, (value) => Array.isArray(value));
      await ask(['t'], { contains: '50%' }, (value) => typeof value === 'string' && value.includes('50%'));
      await ask(['t'], { startsWith: 'Text' }, (value) => typeof value === 'string' && value.startsWith('Text'));
      await ask(['a'], { exists: true }, (value) => value !== undefined);
      // Nothing is asked of the path, or what is never true.
      await expectFound(
        kind,
        { at: [{ path: ['n'] }] },
        rows.map(({ id }) => id as string),
      );
      await ask(['n'], { in: null }, () => false);
      await ask(['n'], { gt: null, eq: 5 }, () => false);
      await expectFound(
        kind,
        {
          at: [
            { path: ['n'], gt: 1 },
            { path: ['a', 'b', '0'], eq: 1 },
          ],
        },
        passing<{ n?: unknown; a?: { b?: unknown[] } }>(kind, (own) => typeof own?.n === 'number' && own.n > 1 && own.a?.b?.[0] === 1),
      );
    });

  it('is counted, and reckoned with where it can be', async () => {
    if (isList || isJson || name === 'bytes') return;
    const { sdl } = kind;
    const number = kind.decimals !== undefined || sdl === 'Float';
    const words = ['count', 'distinct', ...(kind.order && !kind.unordered ? ['min', 'max'] : []), ...(number ? ['sum', 'average'] : [])];
    const { samplesConnection } = (await gateway.ask(
      `{ samplesConnection { aggregate { count { nodes } node { ${name} { ${words.join(' ')} } } } } }`,
    )) as { samplesConnection: { aggregate: { count: { nodes: number }; node: Record<string, Record<string, unknown>> } } };
    expect(samplesConnection.aggregate.count).toEqual({ nodes: ROWS });
    const got = samplesConnection.aggregate.node[name]!;
    expect([got['count'], got['distinct']]).toEqual([values.length, values.length]);
    if (words.includes('min')) {
      // The smallest of texts is that of the texts, whatever the column's own order.
      const order = (
        sdl.startsWith('String') ? (left: string, right: string) => Buffer.compare(Buffer.from(left), Buffer.from(right)) : kind.order
      ) as (left: unknown, right: unknown) => number;
      const sorted = [...values].sort(order);
      expect([got['min'], got['max']]).toEqual([sorted[0], sorted.at(-1)]);
    }
    if (kind.decimals !== undefined) {
      const sum = values.reduce<bigint>((total, value) => total + exact(String(value)), 0n);
      expect(exact(String(got['sum']))).toBe(sum);
      expect(Number(got['average'])).toBeCloseTo(Number(sum) / 1e30 / values.length, 3);
    }
    if (sdl === 'Float') expect(got['sum']).toBe((values as number[]).reduce((total, value) => total + value, 0));
  });

  it('is written by an update, and taken away again', async () => {
    for (const value of [values[0], values.at(-1), null, values[0]]) {
      const { updateSamples } = (await gateway.ask(
        `mutation ($update: SampleUpdateInput) { updateSamples(where: {id: {eq: "0"}}, update: $update) { samples { ${name} } } }`,
        { update: { [name]: { set: value } } },
      )) as { updateSamples: { samples: object[] } };
      expect(updateSamples.samples).toEqual([{ [name]: value }]);
    }
  });
});

describe('conditions', () => {
  it('hold together, one of them, or not at all, and a missing value is neither', async () => {
    const ids = (test: (row: Answer) => unknown) => rows.filter((row) => test(row)).map(({ id }) => id);
    expect(await found({ whole: { gt: -10 }, plain: { contains: 'a' } })).toEqual(
      ids(({ whole, plain }) => whole !== null && whole > -10 && plain !== null && (plain as string).includes('a')),
    );
    expect(await found({ OR: [{ whole: { eq: 0 } }, { flag: { eq: false } }] })).toEqual(
      ids(({ whole, flag }) => whole === 0 || flag === false),
    );
    expect(await found({ NOT: { OR: [{ whole: { lt: 0 } }, { big: { eq: '0' } }] } })).toEqual(
      ids(({ whole, big }) => whole !== null && whole >= 0 && big !== '0'),
    );
    expect(await found({ OR: [] })).toEqual([]);
    expect(await found({ AND: [] })).toHaveLength(ROWS);
    expect(await found({ AND: [{ OR: [{ id: { in: ['1', '2', '3'] } }] }, { NOT: { id: { eq: '2' } } }] })).toEqual(['1', '3']);
  });

  it('refuse values that the column cannot hold, in words', async () => {
    for (const where of [{ address: { eq: 'nowhere' } }, { day: { eq: '2026-02-30' } }, { plain: { eq: 'a\u0000b' } }]) {
      const { errors } = await gateway.run('query ($where: SampleWhere) { samples(where: $where) { id } }', { where });
      expect(errors![0]!.extensions['code'], JSON.stringify(where)).toBe('VALUE_INVALID');
    }
  });
});
