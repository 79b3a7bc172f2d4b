/** The text that is embedded and returned as the match: the non-empty fields, one per line. */
export const embeddedText = (values: readonly (string | null)[]): string =>
  values.filter((value) => value !== null && value !== '').join('\n');
