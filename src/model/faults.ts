/** Where in the schema files a thing stands. */
export interface Place {
  readonly file: string;
  readonly line: number;
}

/** A fault of the schema, for the operator. */
export interface Fault {
  readonly place: Place;
  readonly message: string;
}

export const formatFaults = (faults: readonly Fault[]): string =>
  faults.map(({ place, message }) => `  ${place.file}:${place.line}  ${message}`).join('\n');
