import type { Keyring } from './encryption.js';
import type { Place } from './faults.js';
import { sqlNameFault } from './store-names.js';
import type { ColumnField, Encryption, FieldPlan } from './fields.js';
import { columnFields, type TableType } from './types.js';

/** What `@encrypted` says of a field; it is completed when the table is known. */
export const readEncryption = (
  where: string,
  field: ColumnField,
  { search }: { readonly search?: string | null },
  keyring: Keyring,
  fault: (message: string) => undefined,
): Encryption | undefined => {
  if (field.scalar !== 'String' || field.list || field.enumType || field.column.sqlType !== 'text')
    return fault(`${where} has @encrypted, which is for fields of type String in a column of type text`);
  if (field.fulltext !== undefined || field.trigram || field.property !== undefined)
    return fault(
      `${where} has @encrypted and @${field.property === undefined ? (field.trigram ? 'trigram' : 'fulltext') : 'alias'}: ` +
        'an encrypted value has no index of words, and no copy in the graph',
    );
  const message = search === undefined || search === null ? undefined : sqlNameFault(search);
  if (message !== undefined) return fault(`search in @encrypted on ${where} ${message}`);
  const column = search ? { name: search, sqlType: 'text' } : undefined;
  return { context: '', search: column && { ...field, column, readOnly: true }, keyring };
};

/** Encrypted fields with the table that their values are bound to; faults of how they are used are told. */
export const withEncryption = (type: TableType, tell: (place: Place, message: string) => void): void => {
  const { schema, name: table, key, unique } = type.table;
  const all = columnFields(type);
  for (const field of all) {
    if (!field.encrypted) continue;
    const where = `${type.name}.${field.name}`;
    const { column, encrypted } = field;
    (type.fields as Map<string, FieldPlan>).set(field.name, {
      ...field,
      encrypted: { ...encrypted, context: `${schema}.${table}.${column.name}` },
    });
    const { embedding } = type;
    const names = [column.name, encrypted.search?.column.name];
    const embedded = [...(embedding?.vectors.flatMap(({ of }) => of) ?? []), ...(embedding?.keywords ?? [])];
    const payload = embedding?.payload.map((each) => each.column.name) ?? [];
    if (key.some((each) => each.name === column.name) || unique.flat().includes(column.name) || type.table.token === column.name)
      tell(
        field.place,
        `${where} has @encrypted, but its column is part of a key, a unique set or a token: equal values differ when encrypted`,
      );
    if (embedded.includes(field.name) || payload.includes(column.name))
      tell(field.place, `${where} has @encrypted, but stands in @embedding: its text would be readable in the vector store`);
    const shown = [...type.fields.values()].find(
      (other) =>
        other.name !== field.name &&
        ((other.kind === 'column' && names.includes(other.column.name)) || (other.kind === 'join' && names.includes(other.from.name))),
    );
    if (shown) tell(shown.place, `${type.name}.${shown.name} is in a column of ${where}, which has @encrypted: leave the field out`);
  }
};
