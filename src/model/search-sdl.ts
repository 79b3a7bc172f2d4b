import { enumName } from './names.js';
import type { TableType } from './types.js';

/** `search` over all types whose rows have vectors; nothing where none has. */
export const searchSdl = (types: readonly TableType[]): string[] => {
  const embedded = types.filter((type) => type.embedding);
  if (embedded.length === 0) return [];
  return [
    `"Types whose rows can be searched by meaning."\nenum SearchType {\n${embedded.map((type) => enumName(type.name)).join('\n')}\n}`,
    `"A row found by search."\nunion SearchNode = ${embedded.map((type) => type.name).join(' | ')}`,
    `"A row found by search, with how near it is."\ntype SearchHit {\n"Cosine similarity to the text, 1 is the same meaning."\nscore: Float!\n"The text that was compared."\ntext: String!\n"The row itself."\nnode: SearchNode!\n}`,
    `"Conditions on the rows of each type that is searched."\ninput SearchWhere {\n${embedded.map((type) => `${type.singular}: ${type.name}Where`).join('\n')}\n}`,
    `type Query {\n"Rows whose text is nearest in meaning to this text, best first."\nsearch(text: String!, types: [SearchType!], limit: Int = 10, minScore: Float, where: SearchWhere): [SearchHit!]\n}`,
  ];
};
