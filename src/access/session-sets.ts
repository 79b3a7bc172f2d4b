import type { Column } from '../model/columns.js';
import { tableType, type TableType } from '../model/types.js';
import type { Predicate } from '../predicate/types.js';
import { parseNode, type Parsing } from './condition.js';
import { variablesOf } from './specialise.js';

/** A session variable that is a set: the values of a column in rows that match. */
export interface SessionSet {
  readonly name: string;
  readonly type: TableType;
  readonly column: Column;
  readonly where: Predicate;
  /** Names of the sets that it asks for. */
  readonly needs: readonly string[];
}

/** The sets that a schema declares, each after those that it needs; faults are told. */
export const compileSets = (parsing: Parsing): ReadonlyMap<string, SessionSet> => {
  const all = new Map<string, SessionSet>();
  for (const type of parsing.model.types.values()) {
    for (const { name, of, where, node } of parsing.model.rules.get(type.name)!.sets) {
      const field = type.fields.get(of);
      const column = field?.kind === 'column' ? field.column : field?.kind === 'join' && !field.list ? field.from : undefined;
      if (type.home !== 'table' || !column) {
        parsing.tell(node, `@sessionVariable ${name} needs a column of rows, or a join to one row: ${type.name}.${of} is neither`);
        continue;
      }
      if (all.has(name)) parsing.tell(node, `@sessionVariable ${name} is declared twice`);
      const predicate = parseNode(parsing, type, where);
      const needs = variablesOf(predicate).filter((each) => parsing.sets.has(each));
      all.set(name, { name, type: tableType(parsing.model, type.name), column, where: predicate, needs });
    }
  }
  const sorted = new Map<string, SessionSet>();
  const add = (set: SessionSet, path: readonly string[]): void => {
    if (path.includes(set.name)) {
      const node = parsing.model.rules.get(set.type.name)!.sets.find(({ name }) => name === set.name)!.node;
      return parsing.tell(node, `@sessionVariable ${set.name} asks for itself: ${[...path, set.name].join(', ')}`);
    }
    for (const name of set.needs) if (!sorted.has(name) && all.has(name)) add(all.get(name)!, [...path, set.name]);
    sorted.set(set.name, set);
  };
  for (const set of all.values()) if (!sorted.has(set.name)) add(set, []);
  return sorted;
};
