import { execute, GraphQLError, parse, type DocumentNode, type ExecutionResult, type GraphQLSchema } from 'graphql';
import { LRUCache } from 'lru-cache';
import { toGatewayError } from '../stores/failures.js';
import { graphDocument, type GraphPart } from './part.js';
import { NotPlain } from '../sql/row-json.js';
import { graphRefusal } from './refusal.js';
import { graphContext, learn, runTranslation, shapeOfVariables, type Translation } from './translation.js';
import type { GraphRunner } from '../stores/types.js';

/** What is known of a text: how it parses, and what @neo4j/graphql makes of it, by the shape of its variables. */
interface Known {
  readonly document: DocumentNode;
  /** Undefined where it has to be asked each time. */
  readonly translations: Map<string, Translation | 'seen' | undefined>;
}

/** Most texts that are kept, and most shapes of the variables of each. @default 1_000 */
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
 * Executes these root fields against the graph schema, as f0, f1 and so on. What is asked again, with other values, is not
 * translated again: its statements are sent as they were learnt, and what comes is taken as it is.
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
  // Ranks are other parameters each time, and are none of the variables.
  const shape = kind === 'query' && Object.keys(parameters).length === 0 ? shapeOfVariables(schema, document, variables) : undefined;
  if (!shape) return executeIt();
  const translation = translations.get(shape.key);
  if (translation === undefined) {
    // What is asked once need not be learnt.
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

/** What a resolver or a scalar has thrown. */
const causeOf = (error: Error): Error => (error instanceof GraphQLError && error.originalError ? causeOf(error.originalError) : error);

/** The value of a root field, or its error thrown, in which it has its own name. */
export const valueAt = (result: ExecutionResult, alias: string, field = alias): unknown => {
  const error =
    result.errors?.find(({ path }) => path === undefined || path[0] === alias) ?? (result.data ? undefined : result.errors?.[0]);
  const cause = error && causeOf(error);
  if (cause) throw graphRefusal(field, cause) ?? toGatewayError('graph', cause);
  return result.data?.[alias];
};
