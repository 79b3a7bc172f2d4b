import { GatewayError } from '../errors.js';

/** The gateway's error for a message with which @neo4j/graphql refuses a request before it queries the graph; undefined for any other. */
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
