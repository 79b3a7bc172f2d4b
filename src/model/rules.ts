import { Kind, type ASTNode, type DirectiveNode, type GraphQLObjectType, type ValueNode } from 'graphql';
import type { ReadDirective } from './directives.js';

/** An operation on a row or node, as in @neo4j/graphql. */
export type RuleOperation =
  'READ' | 'AGGREGATE' | 'CREATE' | 'UPDATE' | 'DELETE' | 'CREATE_RELATIONSHIP' | 'DELETE_RELATIONSHIP' | 'SUBSCRIBE';

/** A rule as written. */
export interface WrittenRule {
  readonly operations: readonly RuleOperation[];
  /** Of a rule that refuses. */
  readonly when: readonly ('BEFORE' | 'AFTER')[];
  readonly requiresAuthentication: boolean;
  /** The condition as written; without one every row passes. */
  readonly where: ValueNode | undefined;
  /** Where it stands, for messages. */
  readonly node: ASTNode;
}

/** How a masked value is shown. */
export type MaskedPart = 'LAST_FOUR' | 'HASH' | 'YEAR';

/** For whom a field has its value, and what others see of it: nothing, or a part. */
export interface FieldRules {
  readonly filter: readonly WrittenRule[];
  readonly keep: MaskedPart | undefined;
  /** The directive, for messages. */
  readonly node: ASTNode;
  /** Why these rules cannot be kept. */
  readonly refusal: string | undefined;
}

/** A set of values that rules compare with. */
export interface WrittenSet {
  readonly name: string;
  readonly of: string;
  readonly where: ValueNode;
  readonly node: ASTNode;
}

/** What the schema says about access to a type. */
export interface TypeRules {
  readonly isPublic: boolean;
  /** Operations for which callers must be signed in, with a condition on session variables. */
  readonly authentication: { readonly operations: readonly RuleOperation[]; readonly jwt: ValueNode | undefined } | undefined;
  readonly filter: readonly WrittenRule[];
  readonly validate: readonly WrittenRule[];
  readonly fields: ReadonlyMap<string, FieldRules>;
  readonly sets: readonly WrittenSet[];
}

/** Whether the schema says anything about who may access the type. */
export const hasRules = ({ isPublic, authentication, filter, validate }: TypeRules): boolean =>
  isPublic || authentication !== undefined || filter.length > 0 || validate.length > 0;

/** Whether rows of the type may be hidden from a caller: references to them are null then. */
export const mayBeHidden = (rules: ReadonlyMap<string, TypeRules>, type: string): boolean => {
  const { filter = [], authentication } = rules.get(type) ?? {};
  return filter.length > 0 || authentication !== undefined;
};

const directivesOf = (node: ASTNode | null | undefined, name: string): readonly DirectiveNode[] =>
  ((node as { directives?: readonly DirectiveNode[] } | null | undefined)?.directives ?? []).filter(
    (directive) => directive.name.value === name,
  );

const argument = (directive: DirectiveNode | undefined, name: string): ValueNode | undefined =>
  directive?.arguments?.find((each) => each.name.value === name)?.value;

const items = (value: ValueNode | undefined): readonly ValueNode[] =>
  value === undefined ? [] : value.kind === Kind.LIST ? value.values : [value];

const member = (value: ValueNode, name: string): ValueNode | undefined =>
  value.kind === Kind.OBJECT ? value.fields.find((field) => field.name.value === name)?.value : undefined;

/** A field can only be hidden, which is about reading. What else stands there would be taken for a protection. */
const refusalOf = (
  authorization: DirectiveNode | undefined,
  mask: DirectiveNode | undefined,
  filter: readonly WrittenRule[],
): string | undefined => {
  if (mask && authorization) return 'has @mask and @authorization: take one of them';
  if (mask) return undefined;
  if (argument(authorization, 'validate'))
    return 'has a rule for writing, which only a type can have: write the validate rule on the type, and a filter here';
  if (filter.length === 0) return 'has @authorization without a filter, which says nothing: say who sees the field, or take it away';
  return filter.every(({ operations }) => operations.includes('READ'))
    ? undefined
    : 'has a filter that does not name READ: a rule of a field says who sees its value';
};

/** Reads the access rules of a type. Their conditions stay as written: they are parsed when the whole schema is known. */
export const readRules = (type: GraphQLObjectType, read: ReadDirective): TypeRules => {
  const rules = (node: ASTNode | null | undefined, part: 'filter' | 'validate'): WrittenRule[] => {
    const given = (read('authorization', node)?.[part] ?? []) as readonly {
      readonly operations: readonly RuleOperation[];
      readonly when?: WrittenRule['when'];
      readonly requireAuthentication: boolean;
    }[];
    const written = items(argument(directivesOf(node, 'authorization')[0], part));
    return given.map(({ operations, when, requireAuthentication }, index) => ({
      operations,
      when: when ?? ['BEFORE'],
      requiresAuthentication: requireAuthentication,
      where: member(written[index]!, 'where'),
      node: written[index]!,
    }));
  };
  const fields = Object.values(type.getFields()).flatMap(({ name, astNode }): [string, FieldRules][] => {
    const [authorization] = directivesOf(astNode, 'authorization');
    const [mask] = directivesOf(astNode, 'mask');
    const node = mask ?? authorization;
    if (!node) return [];
    const filter = rules(astNode, 'filter');
    const unless = argument(mask, 'unless');
    const whole = { operations: ['READ' as const], when: ['BEFORE' as const], requiresAuthentication: false, where: unless, node };
    return [
      [
        name,
        {
          filter: mask ? [whole] : filter,
          keep: mask && (read('mask', astNode)?.['keep'] as MaskedPart),
          node,
          refusal: refusalOf(authorization, mask, filter),
        },
      ],
    ];
  });
  const [authentication] = directivesOf(type.astNode, 'authentication');
  return {
    isPublic: directivesOf(type.astNode, 'public').length > 0,
    authentication: authentication && {
      operations: (read('authentication', type.astNode)?.['operations'] ?? []) as RuleOperation[],
      jwt: argument(authentication, 'jwt'),
    },
    filter: rules(type.astNode, 'filter'),
    validate: rules(type.astNode, 'validate'),
    fields: new Map(fields),
    sets: directivesOf(type.astNode, 'sessionVariable').flatMap((node): WrittenSet[] => {
      const [name, of, where] = ['name', 'of', 'where'].map((each) => argument(node, each));
      if (name?.kind !== Kind.STRING || of?.kind !== Kind.STRING || !where) return [];
      return [{ name: name.value, of: of.value, where, node }];
    }),
  };
};
