import type { Budget } from '../load/budget.js';
import { writeJson } from '../model/exact-json.js';
import { ByteText, type Written } from '../execute/byte-text.js';

/** Bytes to make ready; more are when needed. */
const FIRST_BYTES = 65_536;

/**
 * Writes `{"data": ...}` in turns: JSON.stringify would write a large answer in one go.
 *
 * @throws GatewayError ANSWER_TOO_LARGE, or the reason of a request that has ended
 */
export const writeData = async (data: unknown, budget: Budget): Promise<Written> => {
  const text = new ByteText(FIRST_BYTES).add('{"data":');
  let count = 0;
  for (const piece of pieces(data)) {
    budget.checkLength(text.add(piece).length);
    count += 1;
    if (budget.isTurnOver(count)) await budget.nextTurn();
  }
  return text.add('}\n').end();
};

function* pieces(value: unknown): Generator<string> {
  if (!isDeep(value)) {
    yield writeJson(value);
    return;
  }
  let separator = Array.isArray(value) ? '[' : '{';
  for (const [name, item] of Object.entries(value)) {
    yield Array.isArray(value) ? separator : `${separator}${JSON.stringify(name)}:`;
    yield* pieces(item);
    separator = ',';
  }
  yield Array.isArray(value) ? ']' : '}';
}

/** Whether a value holds lists or objects. */
const isDeep = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && Object.values(value).some((item) => typeof item === 'object' && item !== null);
