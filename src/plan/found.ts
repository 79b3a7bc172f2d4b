import { objectType, type SelectedField } from '../query/selection.js';
import type { LedTexts } from './leads.js';
import { objectOf, refOf, type Reference, type Value, type Valuing } from './value.js';

/** An object that says how a row or node was found: its type, and its field that holds a reference to what was found. */
export interface Wrapper {
  readonly type: string;
  readonly field: string;
  /** Name of the type of what was found, or of a union. */
  readonly of: string;
  /** Whether what was found must match a condition that is only known when the plan runs. */
  readonly isOpen?: boolean;
}

/** The value of a wrapper, an empty text where what was found is missing. */
export interface FoundValue extends Value, Pick<Reference, 'leads'> {
  readonly take: NonNullable<Value['take']>;
  readonly isThere: (taken: unknown, texts: LedTexts) => boolean;
}

interface Taken {
  readonly ref: unknown;
  readonly object: unknown;
}

/**
 * Compiles a wrapper. Of what was found, the row is the truth: its copies in other stores may lag.
 *
 * @param where the client's condition on what was found
 * @param special the values of other fields of the wrapper
 */
export const foundValue = (
  valuing: Valuing,
  wrapper: Wrapper,
  nodes: SelectedField['nodes'],
  where?: unknown,
  special: (selected: SelectedField) => Value | undefined = () => undefined,
): FoundValue => {
  let first: Reference | undefined;
  const refTo = (selected: Pick<SelectedField, 'nodes'>) => refOf(valuing, wrapper.of, selected, where, wrapper.isOpen);
  const object = objectOf(valuing, objectType(valuing.info.schema, wrapper.type), { nodes }, 'field', (selected) =>
    selected.name === wrapper.field && !first ? (first = refTo(selected)) : special(selected),
  );
  const found = first ?? refTo({ nodes: [] });
  const isThere: FoundValue['isThere'] = (taken, texts) => {
    const { ref } = taken as Taken;
    return ref !== null && found.write(ref, texts) !== '';
  };
  return {
    leads: found.leads,
    isThere,
    take: (value, led, owner): Taken => ({
      ref: found.take((value as Record<string, unknown>)[wrapper.field], led),
      object: object.take ? object.take(value, led, owner) : value,
    }),
    write: (taken, texts) => (isThere(taken, texts) ? object.write((taken as Taken).object, texts) : ''),
    read: (taken, led) => {
      const { ref, object: of } = taken as Taken;
      const there = ref === null ? null : found.read(ref, led);
      return there === null || there instanceof Error ? there : object.read(of, led);
    },
  };
};
