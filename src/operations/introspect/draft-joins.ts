import { pluralName } from '../../model/names.js';
import type { LiveTable } from './catalog.js';
import { nameOf, tableId } from './domains.js';
import { directive, type DraftField } from './draft.js';
import { joinNameOf, lowerFirst, type NameSet } from './names.js';
import type { Naming } from './naming.js';
import { joinTableOf, type JoinReference } from './references.js';

interface Drafted {
  readonly table: LiveTable;
  readonly taken: NameSet;
  readonly own: readonly JoinReference[];
}

/** Joins along each foreign key and against it, and through the tables that join many to many. */
export const joinFields = (
  drafts: readonly Drafted[],
  typeNames: ReadonlyMap<LiveTable, string>,
  naming: Naming,
): Map<LiveTable, DraftField[]> => {
  const joined = new Map(drafts.map(({ table }) => [table, [] as DraftField[]]));
  const later: (() => void)[] = [];
  const takenOf = (table: LiveTable): NameSet => drafts.find((other) => other.table === table)!.taken;
  for (const { table, taken, own } of drafts) {
    for (const reference of own) {
      const { from, target, toNames, type, isValid } = reference;
      const [column] = from;
      const isSingle = from.length === 1;
      const names = from.map(({ name }) => name);
      const isOneOfMany = target === table || own.filter((other) => other.target === target).length > 1;
      const usual = (isSingle ? joinNameOf(column.name, target.key[0] ?? '') : undefined) ?? lowerFirst(typeNames.get(target)!);
      const name = naming.field(`${tableId(table)} ${names.join(',')}>${nameOf(target)}`, usual, taken, 'Row');
      joined.get(table)!.push({
        name,
        type: `${typeNames.get(target)!}${from.every(({ notNull }) => notNull) && isValid ? '!' : ''}`,
        directives: directive('join', { from: oneOr(names), to: oneOr(toNames), type }),
        description: isSingle ? column.comment : undefined,
      });
      later.push(() => {
        const back = backName(pluralName(typeNames.get(table)!), name, { isOneOfMany, isSelf: target === table });
        joined.get(target)!.push({
          name: naming.field(`${tableId(target)} <${nameOf(table)} ${names.join(',')}`, back, takenOf(target), 'Rows'),
          type: `[${typeNames.get(table)!}!]!`,
          directives: directive('join', { from: oneOr(toNames), to: oneOr(names), type }),
        });
      });
    }
  }
  for (const { table, own } of drafts) {
    const ends = joinTableOf(table, own);
    if (!ends) continue;
    const isSelf = ends[0].target === ends[1].target;
    for (const [near, far] of [ends, [ends[1], ends[0]]] as const)
      later.push(() => {
        const usual = pluralName(typeNames.get(far.target)!);
        const way = joinNameOf(far.from[0].name, far.target.key[0] ?? '');
        const id = `${tableId(near.target)} =${nameOf(far.target)} ${nameOf(table)} ${isSelf ? near.from[0].name : ''}`;
        joined.get(near.target)!.push({
          name: naming.field(
            id,
            isSelf ? backName(usual, way ?? far.from[0].name, { isOneOfMany: true, isSelf: false }) : usual,
            takenOf(near.target),
            'Rows',
          ),
          type: `[${typeNames.get(far.target)!}!]!`,
          directives: directive('join', {
            through: typeNames.get(table)!,
            from: isSelf ? near.from[0].name : undefined,
            to: isSelf ? far.from[0].name : undefined,
          }),
        });
      });
  }
  // What a table refers to has its names before what refers to it.
  for (const add of later) add();
  return joined;
};

/** One name alone, several as a list. */
const oneOr = (names: readonly string[] | undefined): string | readonly string[] | undefined => (names?.length === 1 ? names[0] : names);

/** books; booksByEditor and booksTranslatedBy where a table refers to another in several ways; children of a parent. */
const backName = (plural: string, way: string, { isOneOfMany, isSelf }: { isOneOfMany: boolean; isSelf: boolean }): string => {
  if (isSelf && way === 'parent') return 'children';
  if (!isOneOfMany) return plural;
  return `${plural}${/(By|From|To|Of|In|For)$/.test(way) ? '' : 'By'}${way.charAt(0).toUpperCase()}${way.slice(1)}`;
};
