import { GatewayError } from '../errors.js';

/**
 * Refuses items of a `sort` with several fields: the fields of an input object are unordered. Written in the document they arrive in
 * the order of the schema, and in variables in the order of the JSON. Aggregates of a list are an exception: `count`, `min` and `max`
 * are always taken in this order.
 *
 * @throws GatewayError BAD_INPUT
 */
export const checkSortWords = (field: string, sort: unknown): void => {
  if (Array.isArray(sort)) for (const item of sort) checkItem(field, item, '');
};

const checkItem = (field: string, item: unknown, prefix: string): void => {
  if (typeof item !== 'object' || item === null) return;
  const words = Object.entries(item).filter(([, word]) => word !== null && word !== undefined);
  const isOfMany = words.every(([name, word]) => name === 'count' || ((name === 'min' || name === 'max') && typeof word === 'object'));
  if (words.length > 1 && !isOfMany) {
    const names = words.map(([each]) => prefix + each).sort();
    throw new GatewayError('BAD_INPUT', {
      argument: 'sort',
      field,
      detail:
        'expected one field an item, since those of one have no order, ' +
        `but got ${names.slice(0, -1).join(', ')} and ${names.at(-1)}. Write an item for each, the most important first`,
    });
  }
  // `near` is one sort key, whatever its fields.
  for (const [name, word] of words) if (name !== 'near') checkItem(field, word, `${prefix}${name}.`);
};
