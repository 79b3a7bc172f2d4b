import type { LedObjects } from '../plan/leads.js';
import type { ObjectRow, OperationPlan, PlannedChild, PlannedField, PlannedLead, PlannedPart, PlanObjects } from '../plan/types.js';
import type { Run } from '../predicate/deferred.js';
import type { Order } from '../sql/order.js';
import { put, rowReader, type Row } from '../sql/row.js';
import type { TextRow } from '../stores/types.js';
import type { Asked } from './asked.js';

/**
 * Reads what the stores gave as objects by the names of the response. Errors stand where there is no answer, so that graphql-js finds
 * their paths.
 */
export class Objects implements PlanObjects {
  readonly run: Run;
  readonly #asked: Asked;
  readonly #rows = new Map<PlannedPart, readonly ObjectRow[]>();
  readonly #values = new Map<PlannedField, readonly unknown[]>();
  readonly #lists = new Map<PlannedPart, ObjectRow[][]>();

  constructor(asked: Asked) {
    this.run = asked.run;
    this.#asked = asked;
  }

  /** The root fields. */
  read({ levels, roots }: OperationPlan): Row {
    for (const { statements, fields } of [...levels].reverse()) {
      for (const part of statements.flatMap(({ parts }) => parts)) this.#rows.set(part, this.#readRows(part));
      for (const field of fields) this.#values.set(field, this.#readValues(field));
    }
    const found: Row = {};
    for (const { responseKey, read } of roots) put(found, responseKey, read(this));
    return found;
  }

  #readRows(part: PlannedPart): ObjectRow[] {
    const read = rowReader(part.part.layout);
    const { cursor, total } = this.#asked.orderOf(part);
    const rows = this.#asked.rows(part).map((values): ObjectRow => ({
      row: read(values.slice(part.first))!,
      cursor: cursor.map((position) => values[position] ?? null),
      total: total === undefined ? undefined : Number(values[total]),
    }));
    part.children.forEach(({ child }, index) => {
      const { field, path } = part.part.children[index]!;
      const ordinals = this.#asked.ordinals.get(child);
      rows.forEach(({ row }, number) => {
        const owner = path.reduce<Row | null>((object, key) => object && (object[key] as Row | null), row);
        if (owner) put(owner, field.responseKey, this.#childOf(child, ordinals?.[number] ?? -1));
      });
    });
    return rows;
  }

  #childOf(child: PlannedChild, ordinal: number): unknown {
    switch (child.kind) {
      case 'refusal':
        return child.error;
      case 'connection':
        return child.read(this, ordinal);
      case 'field': {
        if (ordinal === -1) return [];
        const values = this.values(child);
        return values instanceof Error ? values : values[ordinal];
      }
      case 'rows': {
        if (ordinal === -1) return [];
        const rows = this.owned(child, ordinal);
        return rows instanceof Error ? rows : rows.map(({ row }) => row);
      }
    }
  }

  #readValues(field: PlannedField): unknown[] {
    const led: LedObjects = field.leads.map((lead) => this.#led(lead));
    return (this.#asked.values.get(field) ?? []).map((value) => (value instanceof Error ? value : field.value.read(value, led)));
  }

  #led({ kind, from }: PlannedLead): readonly unknown[] {
    const keys = this.#asked.parents.get(from) ?? [];
    if (from.kind === 'refusal') return keys.map(() => from.error);
    if (from.kind === 'field') {
      const values = this.values(from);
      return values instanceof Error ? keys.map(() => values) : values;
    }
    return keys.map((_, number) => {
      const rows = this.owned(from, number);
      if (rows instanceof Error) return rows;
      return kind === 'list' ? rows.map(({ row }) => row) : (rows[0]?.row ?? null);
    });
  }

  owned(part: PlannedPart, ordinal: number): readonly ObjectRow[] | Error {
    const failure = this.#asked.failures.get(part);
    if (failure) return failure;
    const rows = this.#rows.get(part) ?? [];
    if (!part.isChild) return rows;
    let lists = this.#lists.get(part);
    if (!lists) {
      const made: ObjectRow[][] = (this.#asked.parents.get(part) ?? []).map(() => []);
      this.#asked.rows(part).forEach((values: TextRow, index) => made[Number(values[part.ordinal])]!.push(rows[index]!));
      this.#lists.set(part, (lists = made));
    }
    return lists[ordinal] ?? [];
  }

  ordersOf(part: PlannedPart): readonly Order[] {
    return this.#asked.orderOf(part).orders;
  }

  values(field: PlannedField): readonly unknown[] | Error {
    return this.#asked.failures.get(field) ?? this.#values.get(field) ?? [];
  }
}
