import { NODE_KEY } from './shape.js';

/**
 * Names that a field of a document for @neo4j/graphql cannot have: it writes them into Cypher unquoted, uses them as properties of plain
 * objects (`__proto__`, `constructor`), and adds some itself.
 */
export const isTaken = (name: string): boolean =>
  name in Object.prototype || name === NODE_KEY || name.startsWith('__') || CYPHER.has(name.toLowerCase());

const CYPHER = new Set(
  (
    'all and any as asc ascending by call case collect contains count create delete ' +
    'desc descending detach distinct else end ends exists false foreach in is limit ' +
    'match merge none not null on optional or order remove return ' +
    'set single skip starts then true union unique unwind when where with xor yield'
  ).split(' '),
);
