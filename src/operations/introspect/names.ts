import pluralize from 'pluralize';
import { enumName } from '../../model/names.js';
import { wordsOf } from '../../model/secret-names.js';

const capital = (word: string): string => word.charAt(0).toUpperCase() + word.slice(1);

/** Letters that GraphQL takes; other alphabets have none there. */
const plain = (text: string): string => text.normalize('NFKD').replace(/[^\w\s.-]/g, '');

/** book_authors -> BookAuthor: words in capitals, the last in the singular. */
export const typeNameOf = (table: string): string => {
  const words = wordsOf(plain(table));
  const name = words.map((word, at) => capital(at === words.length - 1 ? pluralize.singular(word) : word)).join('');
  return startsWell(name, 'Type');
};

/** LIVES_IN -> LivesInProperties */
export const propertiesNameOf = (relationship: string): string => {
  const name = fieldNameOf(relationship);
  return `${capital(name)}Properties`;
};

/** page_count, "Page Count", pageCount -> pageCount */
export const fieldNameOf = (column: string): string => {
  const [first = '', ...more] = wordsOf(plain(column));
  return startsWell(first + more.map(capital).join(''), 'field');
};

/** author_id -> author; created_by -> createdBy; id -> nothing, so that the table's name stands. */
export const joinNameOf = (column: string, targetKey: string): string | undefined => {
  const words = wordsOf(plain(column));
  const last = words.at(-1)!;
  const isEnding = ['id', 'uuid', 'key', 'code', 'no', 'fk'].includes(last) || targetKey === last;
  const name = isEnding ? words.slice(0, -1) : words;
  return name.length === 0 ? undefined : fieldNameOf(name.join('_'));
};

/** The value of an enum: 'in progress' -> IN_PROGRESS */
export const valueNameOf = (text: string): string => {
  const name = wordsOf(plain(text)).join('_').toUpperCase();
  const safe = /^(TRUE|FALSE|NULL)$/.test(name) ? `${name}_` : name;
  return startsWell(safe === '' ? (text.trim() === '' ? 'EMPTY' : 'OTHER') : safe, 'N_');
};

/** DEPENDS_ON -> dependsOn */
export const lowerFirst = (name: string): string => name.charAt(0).toLowerCase() + name.slice(1);

const startsWell = (name: string, otherwise: string): string => (/^[A-Za-z]/.test(name) ? name : `${otherwise}${capital(name)}`);

/** Names of which no two are one in an enum of names: fooBar and foo_bar would be. */
export class NameSet {
  readonly #taken = new Set<string>();

  /** The name, or the first of those with the suffixes that is free. */
  take(name: string, ...suffixes: readonly string[]): string {
    const tries = [name, ...suffixes.map((suffix) => name + suffix)];
    for (let number = 2; ; number += 1) {
      const free = tries.find((each) => !this.#taken.has(enumName(each)));
      if (free !== undefined) {
        this.#taken.add(enumName(free));
        return free;
      }
      tries.splice(0, tries.length, `${name}${number}`);
    }
  }

  has(name: string): boolean {
    return this.#taken.has(enumName(name));
  }
}
