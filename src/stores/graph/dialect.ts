/**
 * Grafeo takes nearly all of the Cypher that Neo4j does. This file bridges the rest, and nothing else:
 *
 * - a `CYPHER 5` prefix is not known: dropped;
 * - a keyword as the name of a property, label or relationship type must be quoted: `x.create` -> x.`create`, `(n:Case)` -> (n:`Case`);
 * - an aggregate inside a map literal must stand in a WITH of its own: `RETURN {n: count(x)} AS v` ->
 *   `WITH count(x) AS aggregate0 RETURN {n: aggregate0} AS v`;
 * - a pattern comprehension in a WHERE is not planned, and @neo4j/graphql writes "exactly one" with it:
 *   `single(x IN [(a)-->(x) WHERE p | 1] WHERE true)` -> `(COUNT { MATCH (a)-->(x) WHERE p } = 1)`;
 * - a map projection must begin with a property; @neo4j/graphql puts properties first, so one that begins with a name has
 *   none and is a map: `RETURN this { k: this.id }` -> `RETURN { k: this.id }`;
 * - nothing cannot be deleted, and @neo4j/graphql deletes what an OPTIONAL MATCH may not have found:
 *   `WITH * DELETE r` -> `WITH * WHERE r IS NOT NULL DELETE r`;
 * - the end of a list cannot be counted from behind: `x.list[0..-$n]` -> up to the size of the list less `$n`;
 * - several labels are not joined by `&`: `(n:A&B)` -> `(n:A:B)`;
 * - `FINISH` is not known: a RETURN that nobody reads stands in its place.
 */

const KEYWORDS = new Set(
  'create match where return set delete merge with case when then else in is not and or xor as distinct union unwind optional detach remove null true false'.split(
    ' ',
  ),
);

/** Strings and quoted names are passed over whole; what is named is a property name after a dot, or a label or type in a pattern. */
const NAME =
  /'(?:\\.|[^'\\])*'|"(?:\\.|[^"\\])*"|`[^`]*`|\.\s*(?<property>[A-Za-z_]\w*)\b(?!\s*[(.])|(?<=[([]\w*(?:[:&|](?:\w+|`[^`]*`))*)(?<sign>[:&|])(?<label>[A-Za-z_]\w*)\b/g;

/** All of a list but so many off its end, as @neo4j/graphql writes it. */
const POPPED = /(\w+\.(?:\w+|`[^`]+`))\[0\.\.-(\$\w+)\]/g;

/** A node with several labels. */
const LABELS = /\(\w*(?::(?:\w+|`[^`]+`))(?:&(?:\w+|`[^`]+`))+/g;

const AGGREGATE = /\b(?:count|collect|sum|avg|min|max|stDev|stDevP|percentileCont|percentileDisc)\s*\(/gi;

export const toGrafeo = (cypher: string): string =>
  liftAggregates(
    countSingles(
      quoteKeywords(
        cypher
          .replace(/^\s*CYPHER\s+\S+\s*/i, '')
          .replace(LABELS, (labels) => labels.replaceAll('&', ':'))
          .replace(/\bFINISH\s*$/, 'RETURN 0 AS finished')
          .replace(/\b(RETURN |WITH |collect\()\w+ \{(?= \w+:)/g, '$1{')
          .replace(/\bWITH \*\s+DELETE (\w+)/g, 'WITH * WHERE $1 IS NOT NULL DELETE $1')
          .replace(POPPED, '$1[0..(CASE WHEN size($1) > $2 THEN size($1) - $2 ELSE 0 END)]'),
      ),
    ),
  );

const quoteKeywords = (cypher: string): string =>
  cypher.replace(NAME, (whole, property: string | undefined, sign: string | undefined, label: string | undefined) => {
    const name = property ?? label;
    return name !== undefined && KEYWORDS.has(name.toLowerCase()) ? `${sign ?? '.'}\`${name}\`` : whole;
  });

const countSingles = (cypher: string): string => {
  const start = cypher.indexOf('single(');
  if (start === -1) return cypher;
  const end = closing(cypher, start + 'single'.length, '(', ')');
  const pattern = /^\s*\w+ IN \[([\s\S]*) \| 1\] WHERE true\s*$/.exec(cypher.slice(start + 'single('.length, end))?.[1];
  if (pattern === undefined) return cypher.slice(0, end) + countSingles(cypher.slice(end));
  return `${cypher.slice(0, start)}(COUNT { MATCH ${countSingles(pattern)} } = 1)${countSingles(cypher.slice(end + 1))}`;
};

const liftAggregates = (cypher: string): string => {
  let result = '';
  let position = 0;
  for (const match of cypher.matchAll(/\bRETURN\s*\{/g)) {
    const open = match.index + match[0].length - 1;
    if (match.index < position) continue;
    const close = closing(cypher, open, '{', '}');
    const lifted: string[] = [];
    const map = replaceAggregates(cypher.slice(open, close + 1), (aggregate) => {
      lifted.push(`${aggregate} AS aggregate${lifted.length}`);
      return `aggregate${lifted.length - 1}`;
    });
    const before = lifted.length === 0 ? '' : `WITH ${lifted.join(', ')} `;
    result += `${cypher.slice(position, match.index)}${before}RETURN ${map}`;
    position = close + 1;
  }
  return result + cypher.slice(position);
};

const replaceAggregates = (text: string, replace: (aggregate: string) => string): string => {
  let result = '';
  let position = 0;
  for (const match of text.matchAll(AGGREGATE)) {
    if (match.index < position) continue;
    const end = closing(text, match.index + match[0].length - 1, '(', ')') + 1;
    result += text.slice(position, match.index) + replace(text.slice(match.index, end));
    position = end;
  }
  return result + text.slice(position);
};

/** Index of the bracket that closes the one at `open`, strings passed over; the end of the text when there is none. */
const closing = (text: string, open: number, opener: string, closer: string): number => {
  let depth = 0;
  let quote = '';
  for (let index = open; index < text.length; index += 1) {
    const character = text.charAt(index);
    if (quote !== '') {
      if (character === '\\') index += 1;
      else if (character === quote) quote = '';
    } else if (character === "'" || character === '"' || character === '`') quote = character;
    else if (character === opener) depth += 1;
    else if (character === closer && (depth -= 1) === 0) return index;
  }
  return text.length;
};
