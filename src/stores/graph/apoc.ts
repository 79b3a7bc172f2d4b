/** A property of a node or a relationship. */
const PROPERTY = '(\\w+\\.(?:\\w+|`[^`]+`))';

/** The text of a time, of a least or greatest one too. */
const CONVERT = /apoc\.date\.convertFormat\(toString\(((?:[^()]|\([^()]*\))*)\), 'iso_zoned_date_time', 'iso_offset_date_time'\)/g;

/** That a list to be changed is there. */
const LIST_IS_THERE = new RegExp(`apoc\\.util\\.validatePredicate\\(${PROPERTY} IS NULL, 'Property [^']*', \\[0\\]\\)`, 'g');

/** That a number is there, and that the result of arithmetic has at most 32 or 64 bits. */
const ARITHMETIC = new RegExp(
  `CALL \\(\\*\\) \\{\\s*CALL apoc\\.util\\.validate\\(${PROPERTY} IS NULL, [^\\n]*\\)\\s*` +
    `CALL apoc\\.util\\.validate\\([^\\n]*, (32|64)\\]\\)\\s*\\}`,
  'g',
);

/** A duration among several: @neo4j/graphql adds the present moment to it, and to the list, which nothing can be added to. */
const AMONG_DURATIONS = /\(datetime\(\) \+ ([^()]+)\) IN \(datetime\(\) \+ ([^()]+)\)/g;

/**
 * @neo4j/graphql calls functions of the APOC plug-in, which neither every server nor Grafeo has. The same without it, and
 * where it would refuse a missing value, what SQL does:
 *
 * - a time is written as text, up to the name of its zone;
 * - what is pushed to a missing list is all of it, and nothing is popped from one;
 * - a missing number stays missing. One that is no Int or Float any more is divided by zero, which is an error everywhere.
 *   @neo4j/graphql looks at the result with the operation applied once more, and not whether it is too small.
 *
 * And a duration is looked for among durations as it stands.
 */
export const withoutApoc = (given: string): string => {
  const cypher = given.includes('IN (datetime()') ? given.replace(AMONG_DURATIONS, '$1 IN $2') : given;
  if (!cypher.includes('apoc.')) return cypher;
  const lists = new Set([...cypher.matchAll(LIST_IS_THERE)].map(([, property]) => property!));
  const changed = cypher
    .replace(CONVERT, "split(toString($1), '[')[0]")
    .replace(LIST_IS_THERE, 'true')
    .replace(ARITHMETIC, (_, property: string, bits: string) => within(property, ...LIMITS[bits]!));
  return [...lists].reduce((text, list) => text.replaceAll(`${list} = (${list} + `, `${list} = (coalesce(${list}, []) + `), changed);
};

/** Ends of Int, and of Float: a whole number of 64 bits cannot leave its own. */
const LIMITS: Readonly<Record<string, readonly [string, string]>> = {
  32: ['-2147483648', '2147483647'],
  64: ['-1.7976931348623157e308', '1.7976931348623157e308'],
};

const within = (property: string, least: string, most: string): string =>
  `SET ${property} = CASE 0 / CASE WHEN ${property} > ${most} OR ${property} < ${least} THEN 0 ELSE 1 END WHEN 0 THEN ${property} END`;
