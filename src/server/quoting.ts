import { shortened } from '../errors.js';

/** A message so short says at most as much again of what was sent as errors may. */
const SHORT = 200;

/** Longest message of GraphQL's own: its words, and two pieces of what was sent. */
const MAX_MESSAGE = 300;

/** A message with what stands in quotes cut short. */
export const withShortQuotes = (message: string): string =>
  message.length <= SHORT ? message : message.replace(/"((?:[^"\\]|\\.)*)"/gs, (_, quoted: string) => `"${shortened(quoted)}"`);

/**
 * A message of GraphQL's own, which says names, texts and values again as they were sent, whatever their length.
 *
 * @returns at most about 300 characters, of which at most 200 were sent
 */
export const withShortValues = (message: string): string => {
  const quotes = withShortQuotes(message);
  if (quotes.length <= SHORT) return quotes;
  // A value stands between these words and what is wrong with it.
  const values = /(, found |invalid value )(.*?)(; |\.$|\.? Did you mean |$)/s;
  const short = quotes.replace(values, (_, before: string, value: string, after: string) => before + shortened(value) + after);
  return short.length > MAX_MESSAGE ? `${short.slice(0, MAX_MESSAGE)}...` : short;
};
