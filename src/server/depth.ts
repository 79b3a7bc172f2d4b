import { GraphQLError, Kind, type ASTVisitor, type FragmentDefinitionNode, type SelectionSetNode, type ValidationContext } from 'graphql';

/** Deepest nesting of fields; GraphiQL's own introspection needs 15. @default 20 */
export const MAX_FIELD_DEPTH = 20;

/** Refuses an operation whose fields are nested deeper than any screen needs. Each fragment is measured once. */
export const depthRule = (context: ValidationContext): ASTVisitor => {
  const fragments = new Map<string, number>();
  const depthOf = (selections: SelectionSetNode | undefined, within: ReadonlySet<string>): number =>
    Math.max(
      0,
      ...(selections?.selections ?? []).map((selection) => {
        if (selection.kind === Kind.FIELD) return 1 + depthOf(selection.selectionSet, within);
        if (selection.kind === Kind.INLINE_FRAGMENT) return depthOf(selection.selectionSet, within);
        const name = selection.name.value;
        const known = fragments.get(name);
        if (known !== undefined) return known;
        const fragment: FragmentDefinitionNode | null | undefined = within.has(name) ? null : context.getFragment(name);
        const depth = depthOf(fragment?.selectionSet, new Set([...within, name]));
        fragments.set(name, depth);
        return depth;
      }),
    );
  return {
    OperationDefinition: (operation) => {
      const depth = depthOf(operation.selectionSet, new Set());
      if (depth > MAX_FIELD_DEPTH) context.reportError(new GraphQLError(`Fields may be nested ${MAX_FIELD_DEPTH} deep, but this operation goes ${depth} deep. Ask in several steps.`, { nodes: operation }));
    },
  };
};
