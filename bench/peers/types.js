/** The schema of the hand-written servers: its text, and the values of its enums and scalars. */
import { GraphQLScalarType } from 'graphql';
import { readFileSync } from 'node:fs';

export const typeDefs = readFileSync(new URL('schema.graphql', import.meta.url), 'utf8');

/** In the database the words of enums are in lower case. */
const enums = Object.fromEntries(
  [...typeDefs.matchAll(/^enum (\w+) \{ (.+) \}$/gm)].map(([, name, words]) => [
    name,
    Object.fromEntries(words.split(' ').map((word) => [word, word.toLowerCase()])),
  ]),
);

const asText = (name) => new GraphQLScalarType({ name, serialize: String });

export const valueResolvers = { ...enums, DateTime: asText('DateTime'), Decimal: asText('Decimal') };
