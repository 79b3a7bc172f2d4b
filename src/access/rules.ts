import type { ASTNode, GraphQLSchema } from 'graphql';
import { counted, GatewayError } from '../errors.js';
import { formatFaults, type Fault } from '../model/faults.js';
import { placeOf } from '../model/parse.js';
import { hasRules, type FieldRules, type RuleOperation, type WrittenRule } from '../model/rules.js';
import type { CollectionType, EntityType, Model, TableType } from '../model/types.js';
import type { Caller } from '../predicate/caller.js';
import { and, FALSE, or, TRUE, type Predicate } from '../predicate/types.js';
import { parseCondition, type Condition, type Parsing, type Rule } from './condition.js';
import { withRules, type GuardedModel, type HiddenColumn, type Right, type Rules } from './guard.js';
import { parseSessionTest, type SessionTest } from './session-test.js';
import { compileSets, type SessionSet } from './session-sets.js';
import { fieldFaults, nodeFaults } from './rule-faults.js';
import { nullVariables, testsIn, valuesIn, variablesIn, variablesOf } from './specialise.js';

/** A type with rows, nodes or points. */
type AnyType = EntityType | CollectionType;

/** The rules of a type. */
interface CompiledType {
  readonly isPublic: boolean;
  readonly filter: readonly Rule[];
  readonly validate: readonly Rule[];
  readonly authentication: { readonly operations: readonly RuleOperation[]; readonly test: SessionTest | undefined } | undefined;
  /** Of columns that not every caller sees, by name of the column. */
  readonly hidden: ReadonlyMap<string, { readonly rules: readonly Rule[]; readonly keep: FieldRules['keep'] }>;
}

const OPERATIONS: Readonly<Record<Right, RuleOperation>> = {
  read: 'READ',
  aggregate: 'AGGREGATE',
  create: 'CREATE',
  update: 'UPDATE',
  delete: 'DELETE',
  connect: 'CREATE_RELATIONSHIP',
  disconnect: 'DELETE_RELATIONSHIP',
  subscribe: 'SUBSCRIBE',
};

/** What `@public` alone allows: to write, a type needs rules. */
const PUBLIC: ReadonlySet<Right> = new Set<Right>(['read', 'aggregate', 'connect', 'disconnect', 'subscribe']);

/**
 * The access rules of a schema. Callers of whom all conditions on session variables have the same result share a scope: statements are
 * planned once for each scope, with the values of the caller as parameters.
 */
export class AccessRules {
  readonly sets: ReadonlyMap<string, SessionSet>;
  readonly #model: Model;
  readonly #types: ReadonlyMap<string, CompiledType>;
  readonly #tests: readonly SessionTest[];
  readonly #variables: readonly string[];

  /** @throws GatewayError SCHEMA_INVALID with file and line of each fault in a rule */
  constructor(model: Model, schema: GraphQLSchema) {
    const faults: Fault[] = [];
    const tell = (node: ASTNode, message: string): void => void faults.push({ place: placeOf(node), message });
    const names = [...model.rules.values()].flatMap(({ sets }) => sets.map(({ name }) => name));
    const parsing: Parsing = { model, schema, sets: new Set(names), tell };
    this.#model = model;
    this.sets = compileSets(parsing);
    this.#types = new Map([...model.types.values(), ...model.collections.values()].map((type) => [type.name, compileType(parsing, type)]));
    if (faults.length > 0)
      throw new GatewayError('SCHEMA_INVALID', { count: counted(faults.length, 'fault'), detail: formatFaults(faults) });
    const rules = [...this.#types.values()].flatMap(({ filter, validate, hidden }) => [
      ...filter,
      ...validate,
      ...[...hidden.values()].flatMap((each) => each.rules),
    ]);
    const asked = [...this.#types.values()].flatMap(({ authentication }) => authentication?.test ?? []);
    const tests = [...rules.flatMap(({ condition }) => testsIn(condition)), ...asked];
    this.#tests = [...new Map(tests.map((test) => [test.text, test])).values()];
    this.#variables = variablesIn(rules.map(({ condition }) => condition)).filter((name) => !this.sets.has(name));
  }

  /** Names of the types of which the schema does not say who may access them. */
  static missing(model: Model): string[] {
    return [...model.rules].filter(([, rules]) => !hasRules(rules)).map(([name]) => name);
  }

  /** Which rules apply to a caller, as far as statements differ: the same text for callers who can share a plan. */
  scopeOf(caller: Caller): string {
    const bits = this.#tests.map(({ holds }) => (holds(caller) ? '1' : '0')).join('');
    const values = valuesIn(caller, this.#variables).map((value) => (value === null ? '0' : '1'));
    return `${caller.identity.kind === 'anonymous' ? 'a' : 's'}${bits}.${values.join('')}`;
  }

  /** The model with the rules for a caller, and for all of the same scope. */
  modelFor(caller: Caller): GuardedModel {
    const { guard, check, hidden, isRefused } = new CallerRules(this.#types, caller);
    return withRules(this.#model, { guard, check, hidden, isRefused });
  }

  /** The sets that the rules for a scope compare with, each after those that it needs. */
  setsFor(model: GuardedModel): readonly SessionSet[] {
    const predicates = [...model.types.values()].flatMap((type) => [
      ...RIGHTS.map((right) => model.guard(type, right)),
      ...WRITES.flatMap((right) => [model.check(type, right, 'before'), model.check(type, right, 'after')]),
      ...[...model.hidden(type).values()].map(({ shown }) => shown),
    ]);
    const needed = new Set(predicates.flatMap(variablesOf));
    for (const { name, needs } of [...this.sets.values()].reverse()) if (needed.has(name)) for (const each of needs) needed.add(each);
    return [...this.sets.values()].filter(({ name }) => needed.has(name));
  }
}

const RIGHTS = Object.keys(OPERATIONS) as Right[];
const WRITES = ['create', 'update', 'delete'] as const;

const compileType = (parsing: Parsing, type: AnyType): CompiledType => {
  const compiled = (rules: readonly WrittenRule[]): Rule[] =>
    rules.map((rule) => ({ ...rule, condition: parseCondition(parsing, type, rule.where) }));
  const written = parsing.model.rules.get(type.name)!;
  const [filter, validate] = [compiled(written.filter), compiled(written.validate)];
  nodeFaults(type, validate, parsing.tell);
  const hidden = [...written.fields].flatMap(([name, field]) => {
    const column = fieldFaults(type as TableType, name, field, parsing.tell);
    return column === undefined ? [] : [[column, { rules: compiled(field.filter), keep: field.keep }] as const];
  });
  const { operations, jwt } = written.authentication ?? {};
  const authentication = operations && { operations, test: jwt && parseSessionTest(jwt, parsing.tell) };
  return { isPublic: written.isPublic, filter, validate, authentication, hidden: new Map(hidden) };
};

/** The rules of all types as they are for one scope. */
class CallerRules implements Rules {
  readonly #guards = new Map<string, Predicate>();
  readonly #hidden = new Map<string, ReadonlyMap<string, HiddenColumn>>();
  readonly #conditions = new Map<Condition, Predicate>();

  constructor(
    readonly types: ReadonlyMap<string, CompiledType>,
    readonly caller: Caller,
  ) {}

  readonly guard = (type: AnyType, right: Right): Predicate => this.#once(`${type.name} ${right}`, () => this.#guard(type, right));

  readonly check: Rules['check'] = (type, right, when) =>
    this.#once(`${type.name} ${right} ${when}`, () =>
      this.isRefused(type, right) ? FALSE : this.#validated(type, right, when === 'before' ? 'BEFORE' : 'AFTER'),
    );

  readonly hidden: Rules['hidden'] = (type) => {
    let hidden = this.#hidden.get(type.name);
    if (!hidden) {
      const columns = [...this.#of(type).hidden].map(([name, { rules, keep }]) => [name, { shown: this.#any(rules), keep }] as const);
      this.#hidden.set(type.name, (hidden = new Map(columns.filter(([, { shown }]) => shown.kind !== 'true'))));
    }
    return hidden;
  };

  readonly isRefused: Rules['isRefused'] = (type, right) => {
    const { authentication } = this.#of(type);
    if (!authentication?.operations.includes(OPERATIONS[right])) return false;
    return this.#isNobody || authentication.test?.holds(this.caller) === false;
  };

  get #isNobody(): boolean {
    return this.caller.identity.kind === 'anonymous';
  }

  #of(type: AnyType): CompiledType {
    return this.types.get(type.name)!;
  }

  #once(name: string, make: () => Predicate): Predicate {
    let made = this.#guards.get(name);
    if (!made) this.#guards.set(name, (made = make()));
    return made;
  }

  #guard(type: AnyType, right: Right): Predicate {
    if (this.isRefused(type, right)) return FALSE;
    if (right === 'create') return type.home === 'collection' ? FALSE : this.check(type, 'create', 'after');
    const own = this.#filtered(type, right);
    if (right === 'read') return own;
    const read = this.guard(type, 'read');
    return same(own, read) ? read : and([read, own]);
  }

  /** What may be touched: what is allowed by none of the rules that stand there is not. */
  #filtered(type: AnyType, right: Right): Predicate {
    const { filter, validate } = this.#of(type);
    const operation = OPERATIONS[right];
    const of = filter.filter(({ operations }) => operations.includes(operation));
    const checks = validate.filter(({ operations }) => operations.includes(operation));
    if (of.length + checks.length === 0) return this.#isFree(type, right) ? TRUE : FALSE;
    // What may not be referred to is not found, without an error of its own; nor is a node that may not be written.
    const isReference = right === 'connect' || right === 'disconnect';
    const before = isReference || type.home === 'node' ? checks.filter(({ when }) => isReference || when.includes('BEFORE')) : [];
    return and([of.length === 0 ? TRUE : this.#any(of), before.length === 0 ? TRUE : this.#any(before)]);
  }

  /** Whether a right is free although no rule gives it. */
  #isFree(type: AnyType, right: Right): boolean {
    const { isPublic, filter, validate } = this.#of(type);
    return isPublic ? PUBLIC.has(right) : filter.length + validate.length === 0;
  }

  #validated(type: AnyType, right: 'create' | 'update' | 'delete', when: 'BEFORE' | 'AFTER'): Predicate {
    const { validate } = this.#of(type);
    const of = validate.filter(({ operations }) => operations.includes(OPERATIONS[right]));
    const now = of.filter((rule) => right !== 'update' || rule.when.includes(when));
    if (now.length > 0) return this.#any(now);
    return right === 'create' && !this.#isFree(type, right) ? FALSE : TRUE;
  }

  /** One of the rules at least. */
  #any(rules: readonly Rule[]): Predicate {
    return or(
      rules.map(({ requiresAuthentication, condition }) =>
        requiresAuthentication && this.#isNobody ? FALSE : this.#specialised(condition),
      ),
    );
  }

  /** The condition for the scope; the same object each time. */
  #specialised(condition: Condition): Predicate {
    let made = this.#conditions.get(condition);
    if (!made) this.#conditions.set(condition, (made = this.#specialise(condition)));
    return made;
  }

  #specialise(condition: Condition): Predicate {
    switch (condition.kind) {
      case 'and':
      case 'or':
        return (condition.kind === 'and' ? and : or)(condition.of.map((part) => this.#specialised(part)));
      case 'not': {
        const of = this.#specialised(condition.of);
        return of.kind === 'true' ? FALSE : of.kind === 'false' ? TRUE : { kind: 'not', of };
      }
      case 'node':
        return nullVariables(condition.of, this.caller);
      case 'jwt':
        return condition.test.holds(this.caller) ? TRUE : FALSE;
    }
  }
}

/** Rules of the same conditions are written once in a statement. */
const same = (one: Predicate, other: Predicate): boolean => {
  if (one === other) return true;
  if (one.kind === 'and' || one.kind === 'or')
    return other.kind === one.kind && one.of.length === other.of.length && one.of.every((part, index) => same(part, other.of[index]!));
  return one.kind === other.kind && (one.kind === 'true' || one.kind === 'false');
};
