import { textFormatOf, textOf, type TextFormat } from './text-format.js';
import { joinColumns, joinValue } from './join-values.js';
import { quoteName, type Statement } from './statement.js';
import { guarded, tieToSql } from './source.js';
import { mayBeHidden } from '../model/rules.js';
import type { GuardedModel } from '../access/guard.js';
import { externalSortKeyToSql, type ExternalSortKey } from './external-sort-key.js';
import type { Order } from './order.js';
import type { JoinField } from '../model/fields.js';
import type { TableType } from '../model/types.js';
import type { Selection, SelectedConnection, SelectedElsewhere, SelectedJoin } from '../query/selection.js';

/** The positions of an object's values in a row, in the order of the response. */
export interface Layout {
  /** Type of the object. */
  readonly name: string;
  readonly fields: readonly LayoutField[];
  /** Positions of the key's columns, where the key is wanted. */
  readonly key: readonly number[];
  /** For joined rows, the position of a value that is null only where there is no such row. */
  readonly presence?: number;
}

export type LayoutField =
  | {
      readonly kind: 'value';
      readonly responseKey: string;
      readonly position: number;
      readonly textFormat: TextFormat;
      readonly nonNull: boolean;
    }
  | { readonly kind: 'typename'; readonly responseKey: string }
  | { readonly kind: 'object'; readonly responseKey: string; readonly layout: Layout; readonly nonNull: boolean }
  /** The result of the part's child at this index: the rows of a to-many join, or a value from another store. */
  | { readonly kind: 'child'; readonly responseKey: string; readonly child: number };

/** A to-many join of a part's rows, its connection, or a field that another store gives. */
export interface ChildPlan {
  readonly field: SelectedJoin | SelectedConnection | SelectedElsewhere;
  /** Type of the object that owns it. */
  readonly owner: TableType;
  /** Position in a row of the parent's joined column, or of its key. */
  readonly position: number;
  /** Response keys of the to-one joins that lead from the row to the object that owns the list. */
  readonly path: readonly string[];
}

/** A part of a statement: the query of its rows, and the positions of their values. */
export interface Part {
  /** Number of values in a row. */
  readonly width: number;
  /** Whether a row begins with its ordinal. */
  readonly ordinal: boolean;
  /** The part as a query that gives `ord`, where it has one, and the values as c0, c1, ... */
  toSql(statement: Statement): string;
  readonly layout: Layout;
  /** Positions of the order's values, for a cursor. */
  readonly cursor: readonly number[];
  readonly orders: readonly Order[];
  /** Position of the number of matching rows, where a page carries it. */
  readonly total?: number | undefined;
  readonly children: readonly ChildPlan[];
}

/** The values of a row as c0, c1, ... */
export const columnList = ({ expressions }: RowPlan): string =>
  expressions.length === 0 ? 'NULL AS c0' : expressions.map((expression, index) => `${expression} AS c${index}`).join(', ');

/** The row of a statement and the rows joined to it, by alias. Expressions are numbered as they are added. */
export class RowPlan {
  readonly expressions: string[] = [];
  readonly children: ChildPlan[] = [];
  readonly #joins: ((statement: Statement) => string)[] = [];
  readonly #aliases = new Map<string, string>();

  constructor(
    readonly model: GuardedModel,
    readonly type: TableType,
    readonly alias: string,
  ) {}

  /** The position of an expression's value; the same expression is selected once. */
  add(expression: string): number {
    const known = this.expressions.indexOf(expression);
    return known === -1 ? this.expressions.push(expression) - 1 : known;
  }

  /** The alias of the row that to-one joins lead to. */
  readonly aliasOf = (path: readonly JoinField[]): string => {
    let alias = this.alias;
    for (const field of path) alias = this.#join(alias, field);
    return alias;
  };

  readonly externalSortKeyOf = (path: readonly JoinField[], name: string, externalSortKey: ExternalSortKey): string => {
    const key = `${name} measured`;
    let joined = this.#aliases.get(key);
    if (joined === undefined) {
      const measured = `${this.aliasOf(path)}.${quoteName(externalSortKey.type.table.key[0]!.name)}`;
      const alias = (joined = `m${this.#joins.length}`);
      this.#joins.push(
        (statement) => `LEFT JOIN (${externalSortKeyToSql(this.model, externalSortKey, statement)}) ${alias} ON ${alias}.key = ${measured}`,
      );
      this.#aliases.set(key, joined);
    }
    return `${joined}.value`;
  };

  get isJoined(): boolean {
    return this.#joins.length > 0;
  }

  /** The row's table, or `source` in its place, with all joins. */
  from(statement: Statement, source = `${guarded(this.model, this.type, 'read', statement)} ${this.alias}`): string {
    return [source, ...this.#joins.map((join) => join(statement))].join(' ');
  }

  /**
   * With `keys`, every row selects its key, by which other stores know it.
   *
   * @param group for a group of rows, which has no key of its own: the response key of the group's values
   */
  layout(selection: Selection, keys: boolean, group?: { readonly at: string }): Layout {
    const layout = this.#layout(selection, this.alias, keys, group ? [group.at] : [], undefined);
    return keys && !group ? { ...layout, key: this.#key(selection.type, this.alias) } : layout;
  }

  #key(type: TableType, alias: string): number[] {
    return type.table.key.map((column) => this.add(`${alias}.${quoteName(column.name)}`));
  }

  #join(alias: string, field: JoinField): string {
    const name = `${alias}.${field.name}`;
    let joined = this.#aliases.get(name);
    if (joined === undefined) {
      joined = `${this.alias}${this.#joins.length}`;
      const target = this.model.types.get(field.target) as TableType;
      const on = joined;
      this.#joins.push((statement) => {
        const tie = tieToSql(this.model, field, on, joinColumns(field, alias), statement);
        return `LEFT JOIN ${guarded(this.model, target, 'read', statement)} ${on} ON ${tie}`;
      });
      this.#aliases.set(name, joined);
    }
    return joined;
  }

  #layout(selection: Selection, alias: string, keys: boolean, path: readonly string[], presence: number | undefined): Layout {
    const fields = selection.fields.flatMap((part): LayoutField[] => {
      const { responseKey } = part;
      if (part.kind === 'typename') return [{ kind: 'typename', responseKey }];
      const child = (field: ChildPlan['field'], position: number): LayoutField[] => [
        { kind: 'child', responseKey, child: this.children.push({ field, owner: selection.type, position, path }) - 1 },
      ];
      // Whoever asks for keys also asks the other stores.
      if (part.kind === 'elsewhere') return keys ? [] : child(part, this.#key(selection.type, alias)[0]!);
      if (part.kind === 'column') {
        const expression = textOf(part.field, `${alias}.${quoteName(part.field.column.name)}`);
        return [
          {
            kind: 'value',
            responseKey,
            position: this.add(expression),
            textFormat: textFormatOf(this.model, part.field),
            nonNull: part.field.nonNull,
          },
        ];
      }
      if (part.kind === 'connection' || part.field.list) return child(part, this.add(joinValue(part.field, alias)));
      const joined = this.#join(alias, part.field);
      const there = this.add(`${joined}.${quoteName(part.field.to.name)}`);
      return [
        {
          kind: 'object',
          responseKey,
          layout: this.#layout(part.selection, joined, keys, [...path, responseKey], there),
          nonNull: part.field.nonNull && !mayBeHidden(this.model.rules, part.selection.type.name),
        },
      ];
    });
    const key = keys && presence !== undefined ? this.#key(selection.type, alias) : [];
    return { name: selection.type.name, fields, key, ...(presence === undefined ? {} : { presence }) };
  }
}
