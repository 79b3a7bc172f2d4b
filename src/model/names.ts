import pluralize from 'pluralize';
import type { Direction } from './fields.js';

/** The one place where a label or a relationship type becomes part of a Cypher statement. */
export const quoteLabel = (name: string): string => `\`${name.replaceAll('`', '``')}\``;

/** The labels of a node in a Cypher pattern: ":`A`:`B`". */
export const labelsToCypher = (labels: readonly string[]): string => labels.map((label) => `:${quoteLabel(label)}`).join('');

/** A relationship in a Cypher pattern, seen from the node on its left; BOTH has no direction. */
export const arrow = (direction: Direction, inside: string): string =>
  `${direction === 'IN' ? '<' : ''}-[${inside}]-${direction === 'OUT' ? '>' : ''}`;

/** requirementId -> requirement_id */
export const snakeCase = (name: string): string => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

/** project_id -> projectId */
export const camelCase = (name: string): string => name.replace(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());

/** Requirement -> requirement */
export const singularName = (type: string): string => type.charAt(0).toLowerCase() + type.slice(1);

/** Requirement -> requirements: the same words as @neo4j/graphql uses. */
export const pluralName = (type: string): string => pluralize(singularName(type));

/** The name of a type in the words of @neo4j/graphql, which knows words within a name: APIKey -> apiKey, Some_Thing -> someThing. */
export const graphSingular = (type: string): string => {
  if (type.length === 1) return type.toLowerCase();
  const [, underscores = ''] = /^(_+)./.exec(type) ?? [];
  const words = type
    .replace(/([a-z])([A-Z])/g, '$1_$2')
    .replace(/([A-Z])([A-Z][a-z])/g, '$1_$2')
    .replace(/^_+/, '')
    .toLowerCase();
  const upper = (_: string, rest: string): string => rest.toUpperCase();
  return underscores + words.replace(/_+([a-z0-9]|$)/g, upper).replace(/(\d+[a-z_]?)/g, upper);
};

/** APIKey -> apiKeys: the name of the list of a type's nodes, and of nodes that stand for its rows. */
export const graphPlural = (type: string): string => {
  const [, underscores = ''] = /^(_+)./.exec(type) ?? [];
  return underscores + pluralize(graphSingular(type).slice(underscores.length));
};

/** Requirement -> Requirements */
export const pluralTypeName = (type: string): string => pluralize(type);

/** KnowledgeChunk -> KNOWLEDGE_CHUNK */
export const enumName = (type: string): string => snakeCase(singularName(type)).toUpperCase();

/** A table that is asked by names of the schema: `constructor` and the like, which every other object has, are not in it. */
export const lookup = <T>(entries: Readonly<Record<string, T>>): Readonly<Record<string, T>> =>
  Object.freeze(Object.assign(Object.create(null) as Record<string, T>, entries));

/** `@deprecated` as it stands behind a field. */
export const deprecatedSdl = ({ deprecated }: { readonly deprecated?: string | undefined }): string =>
  deprecated === undefined ? '' : ` @deprecated(reason: ${JSON.stringify(deprecated)})`;
