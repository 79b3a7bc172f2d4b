import { put } from '../sql/row.js';

/** The key of every node-home object in a result, whatever else is selected. */
export const NODE_KEY = 'nodeKey_';

/** Renames the answer of a field of the graph schema to the names of the response. */
export type Shape = (value: unknown) => unknown;

/** A field of an object in the response, and the alias under which it was selected. */
export interface ShapedField {
  readonly responseKey: string;
  readonly from: string;
  readonly shape: Shape | undefined;
}

/** Whether a field stands where it is to stand. */
export const isPlain = ({ responseKey, from, shape }: ShapedField): boolean => responseKey === from && !shape;

/** Objects, or lists of them, made of these fields; `key` is kept besides. */
export const objectShape = (fields: readonly ShapedField[], key: string | undefined): Shape => {
  const shaped: Shape = (value) => {
    if (value === null || value === undefined) return value;
    if (Array.isArray(value)) return value.map(shaped);
    const given = value as Readonly<Record<string, unknown>>;
    const object: Record<string, unknown> = key === undefined ? {} : { [key]: given[key] };
    for (const { responseKey, from, shape } of fields) put(object, responseKey, shape ? shape(given[from]) : given[from]);
    return object;
  };
  return shaped;
};
