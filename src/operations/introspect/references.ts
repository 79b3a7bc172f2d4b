import { sameFamily } from '../../model/verify.js';
import { isSame, type LiveColumn, type LiveReference, type LiveTable } from './catalog.js';
import { nameOf } from './domains.js';

/** A foreign key, as @join takes it. */
export interface JoinReference {
  readonly from: readonly [LiveColumn, ...LiveColumn[]];
  readonly target: LiveTable;
  readonly to: readonly LiveColumn[];
  /** Whether a row that refers to another always finds it. */
  readonly isValid: boolean;
  /** Names of the target's columns, where they are not its key. */
  readonly toNames: readonly string[] | undefined;
  /** The type to say of the referring column; undefined if it is that of the key. */
  readonly type: string | undefined;
}

/** The foreign keys of a table that a join can follow; `refused` is told of the others, and why. */
export const joinReferences = (
  table: LiveTable,
  tables: ReadonlyMap<string, LiveTable>,
  isShown: (table: LiveTable, column: LiveColumn) => boolean,
  refused: (reference: LiveReference, why: string) => void,
): JoinReference[] => {
  const found: JoinReference[] = [];
  for (const reference of table.references) {
    const target = tables.get(nameOf({ schema: reference.schema, name: reference.table }));
    if (!target) {
      refused(reference, `${reference.schema}.${reference.table} is not in the schema`);
      continue;
    }
    const pairs = reference.targets.map((name, index) => ({
      from: table.columns.find((column) => column.name === reference.columns[index])!,
      to: target.columns.find((column) => column.name === name)!,
    }));
    // Of several columns, one may be enough to find the row.
    const enough = pairs.find(({ to }) => isSame(target.key, [to.name]) || target.unique.some((set) => isSame(set, [to.name])));
    const isKey = isSame(target.key, enough ? [enough.to.name] : reference.targets);
    const place = (name: string): number => (isKey ? target.key.indexOf(name) : reference.targets.indexOf(name));
    const [first, ...rest] = enough ? [enough] : [...pairs].sort((one, other) => place(one.to.name) - place(other.to.name));
    const compared = [first!, ...rest];
    const from = [first!.from, ...rest.map((pair) => pair.from)] as const;
    const to = compared.map((pair) => pair.to);
    if (found.some((other) => other.target === target && isEqual(other.from, from) && isEqual(other.to, to))) continue;
    if (compared.some((pair) => !isShown(table, pair.from) || !isShown(target, pair.to))) {
      refused(reference, 'it is left out');
      continue;
    }
    const unlike = compared.find((pair) => !sameFamily(pair.from.sqlType, pair.to.sqlType));
    if (unlike && (!isKey || rest.length > 0)) {
      refused(reference, `its columns are ${unlike.from.sqlType} and ${unlike.to.sqlType}`);
      continue;
    }
    found.push({
      from,
      target,
      to,
      isValid: reference.isValid,
      toNames: isKey ? undefined : to.map(({ name }) => name),
      // A column that no field shows is taken to be of the key's type.
      type: (isKey && !unlike) || rest.length > 0 ? undefined : first!.from.sqlType,
    });
  }
  return found;
};

const isEqual = (one: readonly LiveColumn[], other: readonly LiveColumn[]): boolean =>
  one.length === other.length && one.every((column, index) => column === other[index]);

/** The two references of a table that has nothing but them, and each pair once: it joins many to many. */
export const joinTableOf = (
  table: LiveTable,
  references: readonly JoinReference[],
): readonly [JoinReference, JoinReference] | undefined => {
  const [one, other] = references;
  if (references.length !== 2 || !one || !other) return undefined;
  const columns = [one.from[0].name, other.from[0].name];
  const isSimple = references.every(({ from, toNames, type }) => from.length === 1 && toNames === undefined && type === undefined);
  return isSimple && table.columns.length === 2 && !table.isView && isSame(table.key, columns) ? [one, other] : undefined;
};
