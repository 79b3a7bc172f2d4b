import pluralize from 'pluralize';
import type { Direction } from './types.js';

/** The one place where a label or a relationship type becomes part of a Cypher statement. */
export const quoteLabel = (name: string): string => `\`${name.replaceAll('`', '``')}\``;

/** The labels of a node in a Cypher pattern: ":`A`:`B`". */
export const labelsToCypher = (labels: readonly string[]): string => labels.map((label) => `:${quoteLabel(label)}`).join('');

/** A relationship in a Cypher pattern, seen from the node on its left; BOTH has no direction. */
export const arrow = (direction: Direction, inside: string): string => `${direction === 'IN' ? '<' : ''}-[${inside}]-${direction === 'OUT' ? '>' : ''}`;

/** requirementId -> requirement_id */
export const snakeCase = (name: string): string => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

/** project_id -> projectId */
export const camelCase = (name: string): string => name.replace(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());

/** Requirement -> requirement */
export const singularName = (type: string): string => type.charAt(0).toLowerCase() + type.slice(1);

/** Requirement -> requirements: the same words as @neo4j/graphql uses. */
export const pluralName = (type: string): string => pluralize(singularName(type));

/** Requirement -> Requirements */
export const pluralTypeName = (type: string): string => pluralize(type);

/** KnowledgeChunk -> KNOWLEDGE_CHUNK */
export const enumName = (type: string): string => snakeCase(singularName(type)).toUpperCase();
