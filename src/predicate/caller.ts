/** Who sends a request, as rules see it. */
export interface Caller {
  /** Session variables: values that rules compare columns with. */
  readonly variables: Readonly<Record<string, unknown>>;
}

/** A caller of whom nothing is known. */
export const ANONYMOUS: Caller = { variables: {} };
