/** The sender of a request, as access rules see it. */
export interface Caller {
  /** Session variables: values that rules compare columns with. */
  readonly variables: Readonly<Record<string, unknown>>;
}

/** A caller without session variables. */
export const ANONYMOUS: Caller = { variables: {} };
