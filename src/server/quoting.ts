import { shortened } from '../errors.js';

/** A message so short says at most as much again of what was sent as errors may. */
const SHORT = 200;

/** Longest message of GraphQL's own: its words, and two pieces of what was sent. */
const MAX_MESSAGE = 300;

const QUOTED = /"((?:[^"\\]|\\.)*)"/gs;

/** A message with what stands in quotes cut short. */
export const withShortQuotes = (message: string): string =>
  message.length <= SHORT ? message : message.replace(QUOTED, (_, quoted: string) => `"${shortened(quoted)}"`);

/** What stands between these words and what is wrong with it is a value. */
const VALUE = /(, found |invalid value |\bvalue: )(.*?)(; |\.$|\.? Did you mean |$)/s;

/**
 * A message of GraphQL's own, which says names, texts and values again as they were sent, whatever their length.
 *
 * @returns at most about 300 characters, of which at most 200 were sent
 */
export const withShortValues = (message: string): string => {
  const quotes = withShortQuotes(message);
  if (quotes.length <= SHORT) return quotes;
  let left = SHORT;
  const valued = quotes.replace(VALUE, (_, before: string, value: string, after: string) => {
    const said = shortened(value);
    if (!said.startsWith('"')) left -= said.length;
    return before + said + after;
  });
  const short = valued.replace(QUOTED, (_, quoted: string) => {
    const said = quoted.length > left ? `${quoted.slice(0, left)}...` : quoted;
    left -= Math.min(quoted.length, left);
    return `"${said}"`;
  });
  return short.length > MAX_MESSAGE ? `${short.slice(0, MAX_MESSAGE)}...` : short;
};
