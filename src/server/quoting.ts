/** Most characters of what was sent that an error says again. */
const MAX_QUOTED = 100;

/** Longest message of GraphQL's own: its words, and two pieces of what was sent. */
const MAX_MESSAGE = 300;

const cut = (text: string, maximum: number): string => (text.length > maximum ? `${text.slice(0, maximum)}...` : text);

/** A message with what stands in quotes cut short. */
export const withShortQuotes = (message: string): string =>
  message.length <= 2 * MAX_QUOTED ? message : message.replace(/"((?:[^"\\]|\\.)*)"/gs, (_, quoted: string) => `"${cut(quoted, MAX_QUOTED)}"`);

/**
 * A message of GraphQL's own, which says names, texts and values again as they were sent, whatever their length.
 *
 * @returns at most about 300 characters, of which at most 200 were sent
 */
export const withShortValues = (message: string): string => {
  const quotes = withShortQuotes(message);
  if (quotes.length <= 2 * MAX_QUOTED) return quotes;
  // A value stands between these words and what is wrong with it.
  const values = /(, found |invalid value )(.*?)(; |\.$|\.? Did you mean |$)/s;
  return cut(quotes.replace(values, (_, before: string, value: string, after: string) => before + cut(value, MAX_QUOTED) + after), MAX_MESSAGE);
};
