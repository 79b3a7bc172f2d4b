import { pluralTypeName } from '../model/names.js';
import type { Page } from '../sql/connection.js';
import { encodeCursor } from '../sql/order.js';
import type { Draft } from './levels.js';
import type { PlanAnswer } from './types.js';
import type { Connection, ConnectionField, EdgeField } from '../query/selection.js';
import type { TextRow } from '../stores/types.js';

/** Writes a connection, of all rows or of one owner by its ordinal, from the rows of its parts. */
export const connectionWriter = (
  { type, fields }: Connection,
  page: Page,
  parts: readonly Draft[],
): ((answer: PlanAnswer, ordinal: number) => string) => {
  const plannedOf = (part: number) => parts[part]!.planned!;
  /** The rows of an owner's page, by their index in the part and their position among the owner's rows. */
  const cut = (answer: PlanAnswer, part: number, ordinal: number) =>
    page.cut(
      answer.owned(plannedOf(part), ordinal).map((index, place) => ({ index, place })),
      answer.run,
    );
  const cursorOf = (answer: PlanAnswer, part: number, row: TextRow): string => {
    const { orders, cursor } = answer.orderOf(plannedOf(part));
    return `"${encodeCursor(
      orders,
      cursor.map((position) => row[position] ?? null),
    )}"`;
  };

  const edgeWriter = (part: number, edgeFields: readonly EdgeField[]) =>
    objectWriter(
      edgeFields,
      (field): ((answer: PlanAnswer, ordinal: number, edge: { readonly index: number; readonly place: number }) => string) => {
        // The parts of one page have the same rows in the same order.
        if (field.kind === 'node')
          return (answer, ordinal, { place }) => answer.texts(plannedOf(field.part))[answer.owned(plannedOf(field.part), ordinal)[place]!]!;
        if (field.kind === 'cursor') return (answer, _, { index }) => cursorOf(answer, part, answer.rows(plannedOf(part))[index]!);
        return () => JSON.stringify(`${type.name}Edge`);
      },
    );

  const fieldWriter = (field: ConnectionField): ((answer: PlanAnswer, ordinal: number) => string) => {
    switch (field.kind) {
      case 'typename':
        return () => JSON.stringify(`${pluralTypeName(type.name)}Connection`);
      case 'edges': {
        const edge = edgeWriter(field.part, field.fields);
        return (answer, ordinal) =>
          listText(
            answer,
            cut(answer, field.part, ordinal).kept.map((each) => edge(answer, ordinal, each)),
          );
      }
      case 'nodes':
        return (answer, ordinal) =>
          listText(
            answer,
            cut(answer, field.part, ordinal).kept.map(({ index }) => answer.texts(plannedOf(field.part))[index]!),
          );
      case 'pageInfo':
        return objectWriter(field.fields, ({ name }): ((answer: PlanAnswer, ordinal: number) => string) => {
          if (name === '__typename') return () => '"PageInfo"';
          return (answer, ordinal) => {
            const { kept, hasNextPage, hasPreviousPage } = cut(answer, field.part, ordinal);
            if (name === 'hasNextPage') return String(hasNextPage);
            if (name === 'hasPreviousPage') return String(hasPreviousPage);
            const end = name === 'startCursor' ? kept[0] : kept.at(-1);
            return end ? cursorOf(answer, field.part, answer.rows(plannedOf(field.part))[end.index]!) : 'null';
          };
        });
      case 'total':
        return (answer) => answer.rows(plannedOf(field.part))[0]?.[answer.orderOf(plannedOf(field.part)).total!] ?? '0';
      case 'count':
        return (answer, ordinal) => {
          const part = plannedOf(field.part);
          return answer.rows(part)[answer.owned(part, ordinal)[0]!]![part.first]!;
        };
      case 'aggregate':
        return (answer, ordinal) => answer.texts(plannedOf(field.part))[answer.owned(plannedOf(field.part), ordinal)[0]!]!;
      case 'groups':
        return (answer, ordinal) =>
          listText(
            answer,
            answer.owned(plannedOf(field.part), ordinal).map((index) => answer.texts(plannedOf(field.part))[index]!),
          );
    }
  };
  return objectWriter(fields, fieldWriter);
};

/** Writes an object with few fields, such as a connection, but not a row. */
const objectWriter = <F extends { readonly responseKey: string }, A extends readonly unknown[]>(
  fields: readonly F[],
  writerOf: (field: F) => (...args: A) => string,
): ((...args: A) => string) => {
  const parts = fields.map((field, index) => ({
    prefix: `${index === 0 ? '' : ','}${JSON.stringify(field.responseKey)}:`,
    write: writerOf(field),
  }));
  return (...args) => {
    let text = '{';
    for (const { prefix, write } of parts) text += prefix + write(...args);
    return `${text}}`;
  };
};

/** Concatenated rather than joined: V8 flattens the text once, when it is sent. */
const listText = (answer: PlanAnswer, items: readonly string[]): string => {
  let text = '[';
  for (const item of items) {
    text += text === '[' ? item : `,${item}`;
    answer.checkLength(text);
  }
  return `${text}]`;
};
