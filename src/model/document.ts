import type { GraphQLError } from 'graphql';
import {
  buildASTSchema,
  Kind,
  TypeInfo,
  validateSchema,
  ValidationContext,
  valueFromAST,
  ValuesOfCorrectTypeRule,
  visit,
  visitWithTypeInfo,
  isObjectType,
  type ASTNode,
  type DefinitionNode,
  type DirectiveNode,
  type DocumentNode,
  type FieldDefinitionNode,
  type GraphQLSchema,
  type TypeNode,
} from 'graphql';
import { validateSDL } from 'graphql/validation/validate.js';
import type { Fault } from './faults.js';
import { isOwnFile, parseFiles, placeOf, type SchemaFile } from './parse.js';
import { refuseConstructs } from './sdl-constructs.js';

/** The schema files, read as far as they can be. */
export interface SchemaDocument {
  /** What is left of them when all that has a fault is taken out, so that the rest can be looked at too. */
  readonly document: DocumentNode;
  readonly schema: GraphQLSchema;
  /** Types from which something was taken: what they lack now need not be a fault of its own. */
  readonly damaged: ReadonlySet<string>;
}

/** Reads schema files; what GraphQL itself finds wrong, or the gateway cannot serve, becomes faults, all of them at once. */
export const readDocument = (files: readonly SchemaFile[], faults: Fault[]): SchemaDocument => {
  const whole = parseFiles(files, faults);
  // A file that cannot be parsed takes its types with it: that others refer to them is no fault of theirs.
  const isWhole = faults.length === 0;
  const broken = new Set<ASTNode>();
  const tell = (nodes: readonly ASTNode[], message: string, isKept = false): void => {
    const theirs = nodes.filter((node) => !isOwnFile(node));
    faults.push({ place: placeOf(theirs.at(-1) ?? nodes.at(-1)), message });
    const last = nodes.at(-1);
    if (last && !isKept) broken.add(last);
  };
  const report = (error: GraphQLError): void => tell(error.nodes ?? [], error.message);
  for (const error of validateSDL(whole)) {
    // Said in other words below.
    if (/^Cannot extend type "(Query|Mutation|Subscription)"/.test(error.message)) continue;
    if (isWhole || !/^(Unknown (type|directive)|Cannot extend type) /.test(error.message)) report(error);
    else for (const node of error.nodes ?? []) broken.add(node);
  }
  // What takes an input has a fault of its own.
  refuseConstructs(whole, (node, message) => tell([node], message, node.kind === Kind.INPUT_OBJECT_TYPE_DEFINITION));
  const first = prune(foldExtensions(whole), broken);
  const schema = buildASTSchema(first.document, { assumeValidSDL: true });
  checkValues(schema, first.document, report);
  checkDefaults(schema, tell);
  for (const error of validateSchema(schema)) if (isTheirs(error) && !isEmptied(error, first.damaged)) report(error);
  if (broken.size === 0) return { ...first, schema };
  const { document, damaged } = prune(first.document, broken, first);
  return { document, schema: buildASTSchema(document, { assumeValid: true, assumeValidSDL: true }), damaged };
};

/** The gateway makes the roots, and fills in the union of the graph's types. */
const isTheirs = ({ message, nodes }: GraphQLError): boolean =>
  !message.startsWith('Query root type') && nodes?.some((node) => !isOwnFile(node)) === true;

/** Whether a type has no fields, or an enum no values, only since they had faults. */
const isEmptied = ({ message, nodes }: GraphQLError, damaged: ReadonlySet<string>): boolean =>
  message.includes('must define one or more') &&
  nodes?.some((node) => 'name' in node && node.name !== undefined && damaged.has(node.name.value)) === true;

/** Values of directives' arguments, each told where it stands. */
const checkValues = (schema: GraphQLSchema, document: DocumentNode, report: (error: GraphQLError) => void): void => {
  const info = new TypeInfo(schema);
  visit(document, visitWithTypeInfo(info, ValuesOfCorrectTypeRule(new ValidationContext(schema, document, info, report))));
};

/** Default values of the arguments of fields: graphql-js would forget one that does not fit. */
const checkDefaults = (schema: GraphQLSchema, tell: (nodes: readonly ASTNode[], message: string) => void): void => {
  for (const type of Object.values(schema.getTypeMap()).filter(isObjectType)) {
    for (const field of type.name.startsWith('__') ? [] : Object.values(type.getFields())) {
      for (const { name, type: given, astNode } of field.args) {
        if (!astNode?.defaultValue || valueFromAST(astNode.defaultValue, given) !== undefined) continue;
        tell([astNode], `The default value of argument ${name} of ${type.name}.${field.name} is no ${String(given)}`);
      }
    }
  }
};

/** `extend type` and its like, put into what they extend. */
const foldExtensions = (document: DocumentNode): DocumentNode => {
  const extensions = new Map<string, DefinitionNode[]>();
  for (const definition of document.definitions) {
    if (!EXTENSIONS.has(definition.kind) || !('name' in definition) || !definition.name) continue;
    const { value } = definition.name;
    extensions.set(value, [...(extensions.get(value) ?? []), definition]);
  }
  if (extensions.size === 0) return document;
  const definitions = document.definitions
    .filter(({ kind }) => !EXTENSIONS.has(kind))
    .map((definition) => {
      const added = ('name' in definition && extensions.get(definition.name?.value ?? '')) || [];
      const joined = (part: 'directives' | 'fields' | 'values' | 'interfaces') => {
        const parts = [definition, ...added].flatMap(
          (each) => (each as unknown as Record<string, readonly ASTNode[] | undefined>)[part] ?? [],
        );
        return parts.length === 0 ? {} : { [part]: parts };
      };
      return added.length === 0
        ? definition
        : { ...definition, ...joined('directives'), ...joined('fields'), ...joined('values'), ...joined('interfaces') };
    });
  return { ...document, definitions };
};

const EXTENSIONS = new Set<string>([
  Kind.OBJECT_TYPE_EXTENSION,
  Kind.ENUM_TYPE_EXTENSION,
  Kind.SCALAR_TYPE_EXTENSION,
  Kind.INTERFACE_TYPE_EXTENSION,
  Kind.UNION_TYPE_EXTENSION,
  Kind.INPUT_OBJECT_TYPE_EXTENSION,
]);

/** What stands for a directive of a type that has a fault: the type keeps its home. */
const WITHOUT_FAULT: ReadonlyMap<string, (directive: DirectiveNode) => DirectiveNode[]> = new Map([
  [
    'table',
    (directive) => [
      {
        ...directive,
        arguments: [{ kind: Kind.ARGUMENT, name: { kind: Kind.NAME, value: 'name' }, value: { kind: Kind.STRING, value: '' } }],
      },
    ],
  ],
  ['node', (directive) => [{ ...directive, arguments: [] }]],
]);

/** Takes out whatever holds a broken node, and the fields that lead to what is gone then. */
const prune = (
  document: DocumentNode,
  broken: ReadonlySet<ASTNode>,
  before?: { readonly damaged: ReadonlySet<string> },
): Pick<SchemaDocument, 'document' | 'damaged'> => {
  if (broken.size === 0) return { document, damaged: new Set() };
  const holds = (node: unknown): boolean =>
    Array.isArray(node)
      ? node.some(holds)
      : typeof node === 'object' &&
        node !== null &&
        'kind' in node &&
        (broken.has(node as ASTNode) || Object.entries(node).some(([key, value]) => key !== 'loc' && holds(value)));
  const damaged = new Set(before?.damaged);
  const gone = new Set<string>();
  const known = new Set(
    document.definitions.flatMap((definition) =>
      'name' in definition && definition.name && !broken.has(definition) && !holds(definition.name) ? [definition.name.value] : [],
    ),
  );
  const kept = document.definitions.flatMap((definition): DefinitionNode[] => {
    const name = 'name' in definition ? (definition.name?.value ?? '') : '';
    if (broken.has(definition) || ('name' in definition && holds(definition.name))) {
      if (!known.has(name)) gone.add(name);
      else damaged.add(name);
      return [];
    }
    const { directives = [] } = definition as { readonly directives?: readonly DirectiveNode[] };
    const sound = directives.flatMap((directive) =>
      holds(directive) ? (WITHOUT_FAULT.get(directive.name.value)?.(directive) ?? []) : [directive],
    );
    if (directives.some(holds)) damaged.add(name);
    if (definition.kind === Kind.ENUM_TYPE_DEFINITION) {
      const values = definition.values?.filter((value) => !holds(value)) ?? [];
      if (values.length < (definition.values?.length ?? 0)) damaged.add(name);
      return [{ ...definition, directives: sound as never, values }];
    }
    if (definition.kind !== Kind.OBJECT_TYPE_DEFINITION)
      return [holds(definition) ? ({ ...definition, directives: sound } as DefinitionNode) : definition];
    const fields = definition.fields?.filter((field) => !holds(field)) ?? [];
    if (fields.length < (definition.fields?.length ?? 0)) damaged.add(name);
    return [{ ...definition, interfaces: [], directives: sound as never, fields }];
  });
  return { document: { ...document, definitions: withoutWays(kept, gone, damaged) }, damaged };
};

/** Without the fields that lead to a type that is gone, or to one without a home that something was taken from. */
const withoutWays = (definitions: readonly DefinitionNode[], gone: ReadonlySet<string>, damaged: Set<string>): DefinitionNode[] => {
  const homeless = new Set(
    definitions.flatMap((each) =>
      each.kind === Kind.OBJECT_TYPE_DEFINITION && damaged.has(each.name.value) && !each.directives?.length ? [each.name.value] : [],
    ),
  );
  const nameOf = (type: TypeNode): string => (type.kind === Kind.NAMED_TYPE ? type.name.value : nameOf(type.type));
  const isAway = (type: TypeNode): boolean => gone.has(nameOf(type)) || homeless.has(nameOf(type));
  const leadsAway = (field: FieldDefinitionNode): boolean =>
    isAway(field.type) || (field.arguments?.some(({ type }) => isAway(type)) ?? false);
  return definitions.map((definition) => {
    if (definition.kind !== Kind.OBJECT_TYPE_DEFINITION || !definition.fields?.some(leadsAway)) return definition;
    damaged.add(definition.name.value);
    return { ...definition, fields: definition.fields.filter((field) => !leadsAway(field)) };
  });
};
