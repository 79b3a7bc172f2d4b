import { ApolloServerErrorCode } from '@apollo/server/errors';
import {
  getNamedType,
  getOperationAST,
  GraphQLError,
  NoSchemaIntrospectionCustomRule,
  specifiedRules,
  validate,
  type DocumentNode,
  type FloatValueNode,
  type GraphQLSchema,
  type IntValueNode,
  type OperationDefinitionNode,
  type ValidationRule,
} from 'graphql';
import { LRUCache } from 'lru-cache';
import type { Engine } from '../engine.js';
import { GatewayError } from '../errors.js';
import { planOperation } from '../plan/operation.js';
import type { OperationPlan } from '../plan/types.js';
import { shapeOf } from '../query/shape.js';
import { isDouble } from '../model/exact-json.js';
import { fragmentsOf } from '../query/selection.js';
import { checkBudget } from './budget.js';
import { withHint } from './input-hints.js';
import { OperationSize } from './operation-size.js';
import { floatFault, readVariables, renamed, withSafeNames, type Named, type Variables } from './variables.js';

/** Maximum number of cached plans. @default 2_000 */
const MAX_PLANS = 2_000;

/** A plan, how often it has been run, and whether its answers are written as bytes. */
export interface Planned {
  readonly plan: OperationPlan;
  runs: number;
  isWritten: boolean;
}

/** An operation as it is executed. */
export interface Read {
  readonly document: DocumentNode;
  readonly operation: OperationDefinitionNode;
  readonly variables: Variables;
  /** What is wrong with the variables. */
  readonly errors?: readonly GraphQLError[];
}

/** Caches documents: each is validated once, and planned once for each shape of its variables. */
export class Documents {
  readonly #engine: Engine;
  readonly #schema: GraphQLSchema;
  readonly #checked = new WeakMap<DocumentNode, { readonly id: number; readonly errors: readonly GraphQLError[]; readonly named: Named }>();
  readonly #sizes = new WeakMap<OperationDefinitionNode, OperationSize>();
  readonly #plans = new LRUCache<string, Planned>({ max: MAX_PLANS });
  #count = 0;

  /** @param hidesSchema whether clients may not read the schema, nor guess it by names that errors suggest */
  constructor(
    engine: Engine,
    schema: GraphQLSchema,
    readonly hidesSchema = false,
  ) {
    this.#engine = engine;
    this.#schema = schema;
  }

  /** Whether a document has been validated before. */
  isKnown(document: DocumentNode): boolean {
    return this.#checked.has(document);
  }

  /** What is wrong with a document; nothing when it may be executed. */
  errors(document: DocumentNode): readonly GraphQLError[] {
    return this.#check(document).errors;
  }

  /** The operation of a document with variables as graphql-js can take them, and the document, which has safe names for them. */
  read(document: DocumentNode, operationName: string | null | undefined, given: Variables | undefined): Read | undefined {
    const named = this.#check(document).named;
    const operation = getOperationAST(named.document, operationName);
    if (!operation) return undefined;
    const variables = renamed(named, given);
    const tooLarge = this.#tooLarge(named.document, operation, variables ?? {});
    if (tooLarge) return { document: named.document, operation, variables: {}, errors: [tooLarge] };
    return { document: named.document, operation, ...readVariables(this.#schema, operation, variables) };
  }

  /** Why an operation is too large with these variables, which are not coerced yet; nothing when it is not. */
  #tooLarge(document: DocumentNode, operation: OperationDefinitionNode, variables: Variables): GraphQLError | undefined {
    try {
      let size = this.#sizes.get(operation);
      if (!size)
        this.#sizes.set(operation, (size = new OperationSize(this.#schema, this.#engine.limits, operation, fragmentsOf(document))));
      size.check(variables);
      return undefined;
    } catch (error) {
      if (!(error instanceof GatewayError)) throw error;
      return refusal(error.message, error.code, [operation]);
    }
  }

  /**
   * The plan for a caller's scope.
   *
   * @param engine with the guards of the caller
   * @param coerced variables as the schema has coerced them
   */
  plan(engine: Engine, document: DocumentNode, operation: OperationDefinitionNode, coerced: Readonly<Record<string, unknown>>): Planned {
    const { key, variables } = shapeOf(this.#schema, operation.variableDefinitions ?? [], coerced);
    const id = `${this.#check(document).id} ${engine.scope} ${operation.name?.value ?? ''} ${key}`;
    let planned = this.#plans.get(id);
    if (!planned) {
      planned = { plan: planOperation(engine, this.#schema, document, operation, variables), runs: 0, isWritten: true };
      this.#plans.set(id, planned);
    }
    return planned;
  }

  #check(document: DocumentNode) {
    let checked = this.#checked.get(document);
    if (!checked) {
      this.#count += 1;
      checked = { id: this.#count, errors: this.#validate(document), named: withSafeNames(document) };
      this.#checked.set(document, checked);
      this.#checked.set(checked.named.document, checked);
    }
    return checked;
  }

  #validate(document: DocumentNode): readonly GraphQLError[] {
    try {
      checkBudget(document);
    } catch (error) {
      if (!(error instanceof GatewayError)) throw error;
      return [refusal(error.message, error.code, [document.definitions[0]!])];
    }
    const hidden = this.hidesSchema;
    const rules = hidden ? [...RULES, NoSchemaIntrospectionCustomRule] : RULES;
    return validate(this.#schema, document, rules, { hideSuggestions: hidden }).map((error) =>
      refusal(
        hidden ? error.message : withHint(this.#schema, document, error),
        ApolloServerErrorCode.GRAPHQL_VALIDATION_FAILED,
        error.nodes,
      ),
    );
  }
}

/** graphql-js turns a number that is too large for a Float into infinity, and rounds one with too many digits. */
const exactFloats: ValidationRule = (context) => {
  const check = (node: FloatValueNode | IntValueNode): void => {
    const type = context.getInputType();
    if (type && getNamedType(type).name === 'Float' && !isDouble(node.value))
      context.reportError(new GraphQLError(floatFault(node.value), { nodes: node }));
  };
  return { FloatValue: check, IntValue: check };
};

const RULES = [...specifiedRules, exactFloats];

const refusal = (message: string, code: string, nodes: GraphQLError['nodes']): GraphQLError =>
  new GraphQLError(message, { nodes: nodes ?? null, extensions: { code, http: { status: 400 } } });
