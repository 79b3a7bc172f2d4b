import { GatewayError } from '../errors.js';
import { connectionField } from '../model/graph-names.js';
import type { Encryption, RelationshipField } from '../model/fields.js';
import { isEmbedded, type EntityType, type Model, type PropertiesType } from '../model/types.js';
import { changed } from './deferred.js';
import {
  and,
  compare,
  not,
  or,
  TRUE,
  type Comparison,
  type Conditions,
  type NearCondition,
  type Predicate,
  type Quantifier,
  type ValueField,
} from './types.js';

/** The subject of a condition: rows or nodes of a type, or with `onEdge` relationships and their targets. */
export interface Subject {
  readonly type: EntityType;
  readonly onEdge: boolean;
  /** The type of the relationships' properties. */
  readonly properties?: PropertiesType | undefined;
}

/** Deepest nesting of a `where`: each level is a subquery, and planning time grows faster than their number. */
export const MAX_DEPTH = 12;

/**
 * Parses a `where` after coercion; this is the only parser, for all homes. Without a value it is true, and so is an empty condition; an
 * empty OR is false.
 *
 * @param field whose argument it is, for errors
 * @throws GatewayError BAD_WHERE for null where a condition is expected, and for conditions nested too deep
 */
export const parseWhere = (model: Model, subject: Subject, where: unknown, field: string): Predicate =>
  new Parser(model, field, false).where(subject, where);

/**
 * The same for a mutation, which refuses a condition that matches every row, such as `{id: {}}` or `{AND: []}`: a client that lost a
 * value would write every row. To write every row, leave `where` out. Below a join or a relationship, `{}` matches rows that have one.
 *
 * @throws GatewayError BAD_WHERE
 */
export const parseNarrowing = (model: Model, subject: Subject, where: unknown, field: string): Predicate =>
  new Parser(model, field, true).where(subject, where);

/** Conditions on the properties of relationships alone, as a traversal takes them. */
export const parseProperties = (model: Model, properties: PropertiesType, edge: unknown, field: string): Predicate =>
  new Parser(model, field, false).properties(properties, edge);

/** Null in place of a condition may be a variable without its value, and would match every row, even in a delete. */
export const nullCondition = (field: string, name: string) =>
  new GatewayError('BAD_WHERE', { field, detail: `expected a condition for ${name}, but got null. Leave it out to ask nothing` });

const QUANTIFIERS: ReadonlySet<string> = new Set<Quantifier>(['some', 'none', 'all', 'single']);

interface Place {
  /** The way there: `where.project.name`. */
  readonly at: string;
  readonly depth: number;
  /** Whether an empty condition matches every row; below a join or a relationship it asks whether there is one. */
  readonly isWhole: boolean;
  /** Whether the condition is negated, so that an empty OR would match every row. */
  readonly isNegated: boolean;
}

const START: Place = { at: 'where', depth: 0, isWhole: true, isNegated: false };

class Parser {
  constructor(
    readonly model: Model,
    readonly field: string,
    /** Whether empty conditions are refused. */
    readonly narrows: boolean,
  ) {}

  where(subject: Subject, where: unknown): Predicate {
    if (where === null && this.narrows) throw nullCondition(this.field, 'where');
    if (where === undefined || where === null) return TRUE;
    return this.#conditions(subject, where as Conditions, START);
  }

  properties(properties: PropertiesType, edge: unknown): Predicate {
    return edge === undefined || edge === null ? TRUE : this.#properties(properties, edge as Conditions, { ...START, at: 'edge' });
  }

  #conditions(subject: Subject, where: Conditions, place: Place): Predicate {
    return this.#all(where, place, (name, condition, at) => {
      if (name === 'NOT' || name === 'AND' || name === 'OR')
        return this.#logical(name, condition, at, (inner, below) => this.#conditions(subject, inner, below));
      return subject.onEdge ? this.#ofEdge(subject, name, condition, at) : this.#ofEntity(subject.type, name, condition, at);
    });
  }

  /** The entries of an input object; none where it is absent. */
  #all(where: Conditions, place: Place, entry: (name: string, condition: unknown, place: Place) => Predicate): Predicate {
    if (place.depth > MAX_DEPTH) throw this.#bad(`conditions may be nested ${MAX_DEPTH} deep. Ask in several steps`);
    const entries = asked(where);
    if (entries.length === 0 && place.isWhole) this.#asksNothing(place.at);
    return and(entries.map(([name, condition]) => entry(name, condition, { ...place, at: `${place.at}.${name}` })));
  }

  #logical(
    name: 'AND' | 'OR' | 'NOT',
    condition: unknown,
    place: Place,
    parse: (condition: Conditions, place: Place) => Predicate,
  ): Predicate {
    if (condition === null) throw nullCondition(this.field, name);
    const below = { ...place, depth: place.depth + 1, isWhole: true };
    if (name === 'NOT') return not(parse(condition as Conditions, { ...below, isNegated: true }));
    const items = condition as readonly Conditions[];
    if (items.length === 0 && (name === 'AND' || place.isNegated)) this.#asksNothing(place.at);
    return (name === 'AND' ? and : or)(items.map((item, index) => parse(item, { ...below, at: `${place.at}[${index}]` })));
  }

  #ofEntity(type: EntityType, name: string, condition: unknown, place: Place): Predicate {
    const edges = connectionField(type, name);
    const field = edges ?? type.fields.get(name);
    if (field?.kind === 'column' || field?.kind === 'property' || field?.kind === 'cypher') return this.#ofValue(field, condition, place);
    if (field?.kind === 'join' && !field.list) {
      const target = this.#type(field.target);
      const one = (of: Predicate): Predicate => ({ kind: 'related', by: field, quantifier: 'one', end: 'target', target, of });
      if (condition === null) return not(one(TRUE));
      const below = { ...place, depth: place.depth + 1, isWhole: false };
      return one(this.#conditions({ type: target, onEdge: false }, condition as Conditions, below));
    }
    if (condition === null) throw nullCondition(this.field, name);
    if (name === 'near' && isEmbedded(type)) return { kind: 'near', type, near: condition as NearCondition };
    if (field?.kind !== 'join' && field?.kind !== 'relationship') throw this.#bad(`${name} is no field that ${type.name} can be asked for`);
    const quantifiers = asked(condition as Conditions);
    if (quantifiers.length === 0) this.#asksNothing(place.at);
    return and(
      quantifiers.map(([quantifier, of]) => {
        const at = `${place.at}.${quantifier}`;
        if (of === null) throw nullCondition(this.field, `${name}.${quantifier}`);
        if (quantifier === 'aggregate') return this.#ofNumbers(field as RelationshipField, of as Conditions, at);
        if (!QUANTIFIERS.has(quantifier)) throw this.#bad(`${quantifier} is not one of some, none, all, single`);
        const isNegated = place.isNegated || quantifier === 'none' || quantifier === 'all';
        const target = this.#type(field.target);
        const properties = field.kind === 'relationship' ? this.model.relationshipProperties.get(field.properties ?? '') : undefined;
        const subject = { type: target, onEdge: edges !== undefined, properties };
        const below = { at, depth: place.depth + 1, isWhole: false, isNegated };
        return {
          kind: 'related',
          by: field,
          quantifier: quantifier as Quantifier,
          end: edges ? 'edge' : 'target',
          target,
          of: this.#conditions(subject, of as Conditions, below),
        };
      }),
    );
  }

  #ofEdge({ type, properties }: Subject, name: string, condition: unknown, place: Place): Predicate {
    if (condition === null) throw nullCondition(this.field, name);
    if (name === 'node')
      return { kind: 'node', target: type, of: this.#conditions({ type, onEdge: false }, condition as Conditions, place) };
    return this.#properties(properties!, condition as Conditions, place);
  }

  #properties(properties: PropertiesType, edge: Conditions, place: Place): Predicate {
    return this.#all(edge, place, (name, condition, at) => {
      if (name === 'NOT' || name === 'AND' || name === 'OR')
        return this.#logical(name, condition, at, (inner, below) => this.#properties(properties, inner, below));
      return this.#ofValue(properties.fields.get(name)!, condition, at);
    });
  }

  /** All operators on one value. Null in their place asks whether the value is null. */
  #ofValue(field: ValueField, condition: unknown, place: Place): Predicate {
    if (condition === null) {
      if (this.narrows) this.#asksNothing(place.at);
      return compare({ field: (field.kind === 'column' && field.encrypted?.search) || field, operator: 'eq', value: null });
    }
    return this.#operators(field, condition as Conditions, place, {});
  }

  #operators(field: ValueField, condition: Conditions, place: Place, how: Pick<Comparison, 'ignoreCase' | 'path'>): Predicate {
    const operators = asked(condition);
    if (operators.length === 0) this.#asksNothing(place.at);
    return and(
      operators.map(([operator, value]) => {
        const at = { ...place, at: `${place.at}.${operator}` };
        if (operator === 'caseInsensitive') {
          if (value === null) throw nullCondition(this.field, `${field.name}.${operator}`);
          return this.#operators(field, value as Conditions, at, { ignoreCase: true });
        }
        if (operator === 'at' && Array.isArray(value)) {
          if (value.length === 0) this.#asksNothing(at.at);
          return and(
            (value as readonly Conditions[]).map(({ path, ...of }, index) =>
              this.#operators(field, of, { ...at, at: `${at.at}[${index}]` }, { path }),
            ),
          );
        }
        if (field.kind === 'column' && field.encrypted) return byHash(field.encrypted, operator, value);
        const { ignoreCase, ...rest } = how;
        return compare({ field, operator, value, ...(value === null ? rest : { ...rest, ignoreCase }) });
      }),
    );
  }

  /** Nothing may be empty or null in them, at any depth, where nothing may be asked for nothing; null never. */
  #ofNumbers(by: RelationshipField, of: Conditions, at: string): Predicate {
    return this.#isAsked(of, at, 0) ? { kind: 'aggregate', by, of } : TRUE;
  }

  #isAsked(condition: unknown, at: string, depth: number): boolean {
    // A level of the grammar is two levels of the value: the field and its operator.
    if (depth > 2 * MAX_DEPTH) throw this.#bad(`conditions may be nested ${MAX_DEPTH} deep. Ask in several steps`);
    if (condition === null) throw nullCondition(this.field, at);
    if (typeof condition !== 'object') return true;
    const entries = asked(condition as Conditions);
    if (entries.length === 0) this.#asksNothing(at);
    return entries.map(([name, inner]) => this.#isAsked(inner, `${at}.${name}`, depth + 1)).includes(true);
  }

  #type(name: string): EntityType {
    return this.model.types.get(name)!;
  }

  #asksNothing(at: string): void {
    if (!this.narrows) return;
    throw this.#bad(`expected a condition, but got ${at} that asks nothing and would take every row. Give it a value, or leave it out`);
  }

  #bad(detail: string): GatewayError {
    return new GatewayError('BAD_WHERE', { field: this.field, detail });
  }
}

/** Equality with an encrypted value: its hash is one of those that the keys give. */
const byHash = ({ search, keyring, context }: Encryption, operator: string, value: unknown): Predicate => {
  const hashes = (texts: unknown): unknown =>
    (Array.isArray(texts) ? texts : [texts]).flatMap((text) => (text === null ? [null] : keyring.hashes(text as string, context)));
  if (value === null) return compare({ field: search!, operator, value });
  return compare({ field: search!, operator: 'in', value: changed(value, hashes) });
};

/** The entries of an input object that have a value: a variable without one leaves its field undefined. */
const asked = (conditions: Conditions): [string, unknown][] =>
  Object.entries(conditions).filter(([, condition]) => condition !== undefined);
