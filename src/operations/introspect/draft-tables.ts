import { isSame, type LiveColumn, type LiveTable } from './catalog.js';
import { columnField, isEnum, unshown } from './columns.js';
import { nameOf, tableId } from './domains.js';
import { directive, type Draft, type DraftEnum, type DraftField, type DraftType } from './draft.js';
import { fieldNameOf, lowerFirst, NameSet, typeNameOf, valueNameOf } from './names.js';
import type { Naming } from './naming.js';
import { joinFields } from './draft-joins.js';
import { joinReferences } from './references.js';
import { looksSecret } from './secrets.js';

/** What is in no type, and why. */
export interface LeftOut {
  /** "users.password_hash", ":User.password", or a table. */
  readonly name: string;
  readonly why: string;
}

export interface TableDraft extends Pick<Draft, 'types' | 'enums'> {
  readonly leftOut: readonly LeftOut[];
}

export interface TableRules {
  readonly naming: Naming;
  readonly domains: ReadonlyMap<string, string>;
  /** Whether somebody has said that a column is shown, or left out; undefined where nobody has. */
  readonly isShown: (table: LiveTable, column: LiveColumn) => boolean | undefined;
  /** Comments below the fields of a table's type. */
  readonly notes: (table: LiveTable) => readonly string[];
}

/** Types for tables and views, with their foreign keys as fields both ways, and enums for what their columns may hold. */
export const draftTables = (all: readonly LiveTable[], rules: TableRules): TableDraft => {
  const { naming, domains } = rules;
  const leftOut: LeftOut[] = [];
  const whyNot = (table: LiveTable, column: LiveColumn): string | undefined => {
    const said = rules.isShown(table, column);
    return (
      unshown(column) ?? (said === false ? 'introspect.yaml says so' : !said && looksSecret(table, column) ? 'looks secret' : undefined)
    );
  };
  const isShown = (table: LiveTable, column: LiveColumn): boolean => whyNot(table, column) === undefined;
  const tables = all.filter((table) => table.columns.some((column) => isShown(table, column)));
  const byName = new Map(tables.map((table) => [nameOf(table), table]));
  for (const table of all) {
    if (!tables.includes(table)) leftOut.push({ name: shortName(table), why: 'no column of it is shown' });
    for (const column of table.columns) {
      const why = whyNot(table, column);
      if (why !== undefined) leftOut.push({ name: `${shortName(table)}.${column.name}`, why });
    }
  }
  const typeNames = new Map(tables.map((table) => [table, naming.type(tableId(table), typeNameOf(table.name))]));
  const enums = new Map<string, DraftEnum>();
  const notes = new Map(tables.map((table) => [table, [...rules.notes(table)]]));
  const references = new Map(
    tables.map((table) => [
      table,
      joinReferences(table, byName, isShown, ({ columns, targets, table: target, schema }, why) =>
        notes
          .get(table)!
          .unshift(`(${columns.join(', ')}) refers to ${shortName({ schema, name: target })} (${targets.join(', ')}): ${why}`),
      ),
    ]),
  );
  const drafts = tables.map((table) => {
    const taken = new NameSet();
    const columns = table.columns.filter((column) => isShown(table, column));
    const key = keyOf(table, columns);
    const single = key.length === 1 ? key[0] : undefined;
    // The field id is the key: no other column may be called so.
    if (single !== undefined || key.length === 0) taken.take('id');
    const own = references.get(table)!;
    const enumOf = (column: LiveColumn): string | undefined => {
      if (!isEnum(column)) return undefined;
      const { name, texts } = column.allowed!;
      const id = name === undefined ? `enum ${nameOf(table)}.${column.name}` : `enum ${name}`;
      const before = enums.get(id);
      if (before) return before.name;
      const made = name === undefined ? `${typeNames.get(table)}${typeNameOf(column.name)}` : typeNameOf(name);
      const values = new NameSet();
      const each = { id, name: naming.type(id, made), values: texts.map((text) => ({ name: values.take(valueNameOf(text)), text })) };
      enums.set(id, { ...each, domain: domains.get(nameOf(table))! });
      return each.name;
    };
    // A column that refers to a table is the join alone, unless it is of the key: rows are asked for by it.
    const fields = columns.flatMap((column): DraftField[] => {
      const isKeyField = column.name === single;
      if (!key.includes(column.name) && own.some(({ from }) => from.length === 1 && from[0] === column)) return [];
      const name = isKeyField
        ? 'id'
        : naming.field(`${tableId(table)} ${column.name}`, ordinary(fieldNameOf(column.name), typeNames.get(table)!), taken, 'Value');
      return [columnField(table, column, { name, isKeyField, enumType: isKeyField ? undefined : enumOf(column) })];
    });
    return { table, taken, key, single, fields, own };
  });
  const joined = joinFields(drafts, typeNames, naming);
  const types = drafts.map(({ table, key, single, fields }): DraftType => {
    const shownColumns = new Set([...table.columns.filter((column) => isShown(table, column)).map(({ name }) => name)]);
    const notNull = new Set(table.columns.filter((column) => column.notNull).map(({ name }) => name));
    const unique = table.unique.filter(
      (set) => !isSame(set, key) && set.every((name) => shownColumns.has(name) && notNull.has(name)) && !isOver(set, key),
    );
    return {
      id: tableId(table),
      name: typeNames.get(table)!,
      directives: directive('table', {
        name: table.name,
        schema: table.schema === 'public' ? undefined : table.schema,
        key: single !== undefined || key.length === 0 ? undefined : key,
        unique: unique.length === 0 ? undefined : unique,
        view: table.isView,
      }),
      description: table.comment,
      fields: [...fields, ...joined.get(table)!],
      notes: notes.get(table)!,
      domain: domains.get(nameOf(table))!,
    };
  });
  return { types, enums: [...enums.values()], leftOut };
};

/** The primary key, or a unique set without nulls; nothing where its columns are not all shown, or for a view. */
const keyOf = (table: LiveTable, shown: readonly LiveColumn[]): readonly string[] => {
  const isWhole = (set: readonly string[]): boolean => set.every((name) => shown.some((column) => column.name === name && column.notNull));
  const sets = [...(table.key.length === 0 ? [] : [table.key]), ...table.unique];
  return sets.find(isWhole) ?? [];
};

/** Whether a set holds the whole key, and so says nothing of its own. */
const isOver = (set: readonly string[], key: readonly string[]): boolean => key.length > 0 && key.every((name) => set.includes(name));

/** A column that is called id and is not the key has the name of its type before it. */
const ordinary = (field: string, type: string): string => (field === 'id' ? `${lowerFirst(type)}Id` : field);

/** "books", "sales.orders": as in SQL. */
export const shortName = ({ schema, name }: Pick<LiveTable, 'schema' | 'name'>): string =>
  schema === 'public' ? name : `${schema}.${name}`;
