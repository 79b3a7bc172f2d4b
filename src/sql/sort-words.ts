import { GatewayError } from '../errors.js';

/**
 * Refuses items of a `sort` with several words: the fields of an input object have no order that reaches the gateway, as
 * written in the document they come in that of the schema, and in variables in that of nobody. What several rows come to
 * is an exception: `count`, `min` and `max` always stand in this order.
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
  // What is near is one word, whatever it consists of.
  for (const [name, word] of words) if (name !== 'near') checkItem(field, word, `${prefix}${name}.`);
};
