import { describe, expect, it } from 'vitest';
import { showValue, statementLines } from '../../src/server/explain-format.js';

const spaced = (text: string): string => text.replace(/\s+/g, ' ');

describe('a statement in lines', () => {
  it('breaks SQL before its clauses, deeper ones further in, and nowhere else', () => {
    const sql =
      `SELECT "a FROM b", ' WHERE ''x'' (' FROM "t" r LEFT JOIN (SELECT 1 FROM "u" WHERE x = $1 LIMIT $2) q ON true ` +
      'WHERE (a = 1 AND b = 2) ORDER BY r."a"';
    const lines = statementLines('relational', sql);
    expect(lines).toEqual([
      `SELECT "a FROM b", ' WHERE ''x'' ('`,
      'FROM "t" r',
      'LEFT JOIN (SELECT 1',
      '  FROM "u"',
      '  WHERE x = $1',
      '  LIMIT $2) q ON true',
      'WHERE (a = 1',
      '  AND b = 2)',
      'ORDER BY r."a"',
    ]);
    expect(spaced(lines.join(' '))).toBe(sql);
  });

  it('breaks a long list at its commas', () => {
    const sql = `SELECT ${Array.from({ length: 60 }, (_, index) => `r."column ${index}"`).join(', ')} FROM t`;
    const lines = statementLines('relational', sql);
    expect(Math.max(...lines.map(({ length }) => length))).toBeLessThan(125);
    expect(spaced(lines.join(' '))).toBe(sql);
  });

  it('does not part a DELETE from what it deletes from', () =>
    expect(statementLines('relational', 'DELETE FROM "t" AS r WHERE a = $1')).toEqual(['DELETE FROM "t" AS r', 'WHERE a = $1']));

  it('breaks a long line of Cypher before its clauses, those of a subquery further in, and nowhere else', () => {
    const cypher =
      "  WITH this CALL (this) { OPTIONAL MATCH (n)-[r:`A MATCH (`]->(m) WHERE any(l IN labels(m) WHERE l STARTS WITH ') RETURN' OR " +
      'l IN [x IN $xs WHERE x > 1]) RETURN collect(m) AS ms } ' +
      `MERGE (k {a: "it's"}) ON CREATE SET k.b = 1 DETACH DELETE k ORDER BY k.b LIMIT $l`;
    const lines = statementLines('graph', cypher);
    expect(lines).toEqual([
      '  WITH this',
      '  CALL (this) {',
      '    OPTIONAL MATCH (n)-[r:`A MATCH (`]->(m)',
      "    WHERE any(l IN labels(m) WHERE l STARTS WITH ') RETURN' OR l IN [x IN $xs WHERE x > 1])",
      '    RETURN collect(m) AS ms }',
      '  MERGE (k {a: "it\'s"})',
      '  ON CREATE SET k.b = 1',
      '  DETACH DELETE k',
      '  ORDER BY k.b',
      '  LIMIT $l',
    ]);
    expect(spaced(lines.join(' '))).toBe(spaced(cypher));
  });

  it('leaves Cypher as it is broken already', () =>
    expect(statementLines('graph', 'MATCH (n)\n  WHERE n.x = 1 \n\nRETURN n')).toEqual(['MATCH (n)', '  WHERE n.x = 1', 'RETURN n']));
});

describe('values of a statement', () => {
  it('are shown when short, otherwise by their size', () => {
    expect(showValue(['x', 7, null, true, [1, 2], [1, 2, 3, 4, 5, 6], ['a', 'b', 'c', 'd', 'e', 'f'], 5n], 'read')).toEqual([
      'x',
      7,
      null,
      true,
      [1, 2],
      '6 numbers',
      '6 values',
      '5',
    ]);
    expect(showValue(new Array(51).fill('x'), 'read')).toBe('51 values');
    expect(
      showValue({ numbers: Object.fromEntries(Array.from({ length: 51 }, (_, index) => [`k${index}`, index])), few: { a: 1 } }, 'read'),
    ).toEqual({ numbers: '51 values', few: { a: 1 } });
    expect(
      showValue(
        { a: ['x', 'y'], b: [1, 2, 3, 4, 5, 6], c: ['a', 'b', 'c', 'd', 'e', 'f'], d: 5n, e: { toNumber: () => 3 }, f: 'x'.repeat(300) },
        'read',
      ),
    ).toEqual({
      a: ['x', 'y'],
      b: '6 numbers',
      c: '6 values',
      d: '5',
      e: 3,
      f: `${'x'.repeat(200)}... (300 characters)`,
    });
    expect(showValue({ searches: Array.from({ length: 20 }, (_, limit) => ({ limit, query: new Array(512).fill(0.5) })) }, 'read')).toEqual(
      { searches: [{ limit: 0, query: '512 numbers' }, { limit: 1, query: '512 numbers' }, '18 more'] },
    );
  });

  it('are only counted when they are written', () => {
    expect(showValue(['secret', 1], 'write')).toBe('2 values');
    expect(showValue({ wait: true, points: [{ id: 'secret' }], name: 'secret' }, 'write')).toEqual({
      wait: true,
      points: '1 value',
      name: '1 value',
    });
  });
});
