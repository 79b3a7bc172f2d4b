import { execute, GraphQLError, parse, type DocumentNode, type ExecutionResult, type GraphQLSchema } from 'graphql';
import { LRUCache } from 'lru-cache';
import { toGatewayError } from '../stores/failures.js';
import { graphDocument, type GraphPart } from './part.js';
import { NotPlain } from '../sql/row-json.js';
import { graphRefusal } from './refusal.js';
import { graphContext, learn, runTranslation, shapeOfVariables, type Translation } from './translation.js';
import type { GraphRunner } from '../stores/types.js';

/** A known document: its parsed form, and its translations by the shape of its variables. */
interface Known {
  readonly document: DocumentNode;
  /** Undefined where it has to be executed each time. */
  readonly translations: Map<string, Translation | 'seen' | undefined>;
}

/** Most documents that are kept, and most shapes of variables for each. @default 1_000 */
const MAX_KNOWN = 1_000;

const known = new WeakMap<GraphQLSchema, LRUCache<string, Known>>();

const knownOf = (schema: GraphQLSchema, text: string): Known => {
  let texts = known.get(schema);
  if (!texts) known.set(schema, (texts = new LRUCache({ max: MAX_KNOWN })));
  let found = texts.get(text);
  if (!found) texts.set(text, (found = { document: parse(text, { noLocation: true }), translations: new Map() }));
  return found;
};

/**
 * Executes these root fields against the graph schema, as f0, f1 and so on. A document that comes again with other values is not
 * translated again: its statements are sent as they were learnt, and their results are used as they are.
 */
export const runGraph = async (
  schema: GraphQLSchema,
  runner: GraphRunner,
  kind: 'query' | 'mutation',
  roots: readonly GraphPart[],
): Promise<ExecutionResult> => {
  const { text, variables, parameters } = graphDocument(kind, roots);
  const { document, translations } = knownOf(schema, text);
  const executeIt = () =>
    execute({ schema, document, variableValues: variables, contextValue: { ...graphContext(runner), cypherParams: parameters } });
  // Ranks are parameters that differ each time and are not variables.
  const shape = kind === 'query' && Object.keys(parameters).length === 0 ? shapeOfVariables(schema, document, variables) : undefined;
  if (!shape) return executeIt();
  const translation = translations.get(shape.key);
  if (translation === undefined) {
    // A document is learnt when it comes a second time.
    if (!translations.has(shape.key) && translations.size < MAX_KNOWN) translations.set(shape.key, 'seen');
    return executeIt();
  }
  try {
    if (translation !== 'seen') return { data: await runTranslation(translation, shape.coerced, runner) };
    const learnt = await learn(schema, document, shape, runner);
    translations.set(shape.key, learnt.translation);
    return { data: learnt.data };
  } catch (error) {
    if (!(error instanceof NotPlain)) return { errors: [new GraphQLError('failed', { originalError: error as Error })] };
    translations.set(shape.key, undefined);
    return executeIt();
  }
};

/** The error that a resolver or a scalar threw. */
const causeOf = (error: Error): Error => (error instanceof GraphQLError && error.originalError ? causeOf(error.originalError) : error);

/** The value of a root field; throws its error, with the field's own name in it. */
export const valueAt = (result: ExecutionResult, alias: string, field = alias): unknown => {
  const error =
    result.errors?.find(({ path }) => path === undefined || path[0] === alias) ?? (result.data ? undefined : result.errors?.[0]);
  const cause = error && causeOf(error);
  if (cause) throw graphRefusal(field, cause) ?? toGatewayError('graph', cause);
  return result.data?.[alias];
};
