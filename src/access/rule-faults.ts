import type { ASTNode } from 'graphql';
import type { FieldRules, MaskedPart } from '../model/rules.js';
import type { CollectionType, EntityType, TableType } from '../model/types.js';
import type { Condition, Rule } from './condition.js';

type Tell = (node: ASTNode, message: string) => void;

/** Whether a condition is on session variables alone. */
const isOnSession = (condition: Condition): boolean => {
  if (condition.kind === 'jwt') return true;
  if (condition.kind === 'node') return false;
  return condition.kind === 'not' ? isOnSession(condition.of) : condition.of.every(isOnSession);
};

/** @neo4j/graphql writes nodes, and what it has written is not looked at again before the commit. */
export const nodeFaults = (type: EntityType | CollectionType, validate: readonly Rule[], tell: Tell): void => {
  if (type.home === 'table') return;
  for (const { node, operations, when, condition } of validate) {
    const isAfter = operations.includes('CREATE') || (operations.includes('UPDATE') && when.includes('AFTER'));
    if (isAfter && !isOnSession(condition))
      tell(node, `${type.name} is no type of rows: what a node becomes can only be checked by conditions on session variables (jwt)`);
  }
};

const PARTS: Readonly<Record<MaskedPart, ReadonlySet<string>>> = {
  LAST_FOUR: new Set(['text', 'character varying']),
  HASH: new Set(['text', 'character varying']),
  YEAR: new Set(['date', 'timestamp with time zone', 'timestamp without time zone']),
};

/** The column of a field with rules of its own; undefined, and told, where a value could be found out in another way. */
export const fieldFaults = (type: TableType, name: string, { keep, node, refusal }: FieldRules, tell: Tell): string | undefined => {
  const field = type.fields.get(name);
  const refuse = (message: string): undefined => void tell(node, `${type.name}.${name} ${message}`);
  if (refusal !== undefined) return refuse(refusal);
  if (field?.kind !== 'column') return refuse('has a rule of its own, which only a column can have');
  const { column, property } = field;
  if (keep === undefined && field.nonNull) return refuse(`is null for whom it is hidden, so its type cannot be ${field.type}`);
  if (keep !== undefined && !PARTS[keep].has(column.sqlType))
    return refuse(`cannot be masked so: ${keep} takes ${[...PARTS[keep]].join(', ')}, but the column is ${column.sqlType}`);
  if (type.table.key.some(({ name: key }) => key === column.name)) return refuse('is the key, which cannot be hidden');
  if (property !== undefined) return refuse('stands in the graph, too: take its @alias away');
  const { embedding } = type;
  const embedded = new Set([...(embedding?.vectors.flatMap(({ of }) => of) ?? []), ...(embedding?.keywords ?? [])]);
  if (embedded.has(name) || embedding?.payload.some((each) => each.name === name)) return refuse('stands in the vector store, too');
  return column.name;
};
