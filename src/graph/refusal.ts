import { GatewayError } from '../errors.js';

/** What @neo4j/graphql refuses by a text, before the graph is asked, in the gateway's words; undefined where it is no refusal. */
export const graphRefusal = (field: string, cause: Error): GatewayError | undefined => {
  const { message } = cause;
  const missing = /^Cannot set non-nullable field (\w+)\.(\w+) to null$/.exec(message);
  if (missing) {
    const [, type, name] = missing as unknown as [string, string, string];
    return new GatewayError('NOT_NULL_VIOLATION', { type, fields: name }, { cause, extensions: { type, fields: [name] } });
  }
  const several = /^Conflicting modification of field (\w+): (.+) on (?:type|relationship) /.exec(message);
  if (several)
    return new GatewayError(
      'BAD_INPUT',
      {
        argument: `update.${several[1]}`,
        field,
        detail: `expected one operation, but got ${several[2]!.replace(/[[\]]/g, '').replaceAll(', ', ' and ')}`,
      },
      { cause },
    );
  if (message === 'Division by zero is not supported')
    return new GatewayError('VALUE_INVALID', { detail: 'a number is divided by zero' }, { cause });
  if (/(DateTime|Date) cannot represent non temporal value|Value must be formatted as/.test(message))
    return new GatewayError('VALUE_INVALID', { detail: 'a time is out of range' }, { cause });
  return undefined;
};
