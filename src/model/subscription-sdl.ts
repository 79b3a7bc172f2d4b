import { isWritable, tableTypes, type Model, type TableType } from './types.js';

/** Name of the type of a change. */
export const changeName = ({ name }: Pick<TableType, 'name'>): string => `${name}ChangeEvent`;

/** Name of the subscription to the changes of a type. */
export const changesField = ({ singular }: Pick<TableType, 'singular'>): string => `${singular}Changes`;

/** The types whose changes are told, by their subscriptions. */
export const changingTypes = (model: Model): Map<string, TableType> =>
  new Map(
    tableTypes(model)
      .filter(isWritable)
      .map((type) => [changesField(type), type]),
  );

/** Subscriptions to the changes of rows. */
export const subscriptionSdl = (model: Model): string[] => {
  const types = [...changingTypes(model).values()];
  return types.length === 0 ? [] : [OPERATIONS, ...types.map(changesSdl)];
};

const OPERATIONS = `"What has happened to a row."
enum ChangeOperation {
  "It was inserted."
  CREATE
  "It was updated. Where previous is null, it did not match, or could not be read, before."
  UPDATE
  "It was deleted."
  DELETE
  "It was updated and does not match any more, or can no longer be read."
  LEAVE
}`;

const changesSdl = (type: TableType): string => {
  const { name, plural } = type;
  return `"A change of a row of ${plural}."
  type ${changeName(type)} {
    "Its place in the feed: after, to go on behind it."
    position: String!
    operation: ChangeOperation!
    "When the statement that made it began."
    at: DateTime!
    "Key of the user, or name of the service, whose mutation made it; null for other writers."
    actor: ID
    "Names of the fields whose values have changed; of an inserted or deleted row all. None for LEAVE."
    changedFields: [String!]!
    "The row as it was, and what it refers to as that is now. Null for CREATE."
    previous: ${name}
    "The row as it is now. Null for DELETE and LEAVE, and if it was deleted or hidden since."
    node: ${name}
  }
  type Subscription {
    "Changes of ${plural} that match where, before or after."
    ${changesField(type)}(
      where: ${name}Where
      "Only these. Default: all."
      operations: [ChangeOperation!]
      "Position of the last change that was received, or BEGINNING for the oldest that is kept. Default: changes from now on."
      after: String
    ): ${changeName(type)}!
  }`;
};
