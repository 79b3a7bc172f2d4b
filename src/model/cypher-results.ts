import type { Model } from './types.js';

/** Names of the plain object types that statements of the schema files return. */
export const cypherResults = (model: Model): ReadonlySet<string> =>
  new Set(
    [...model.types.values()]
      .flatMap((type) => [...type.fields.values()])
      .flatMap((field) =>
        field.kind === 'cypher' && field.leadsTo !== undefined && !model.types.has(field.leadsTo) ? [field.leadsTo] : [],
      ),
  );
