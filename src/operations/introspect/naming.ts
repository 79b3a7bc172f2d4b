import type { Place } from '../../model/faults.js';
import { NameSet } from './names.js';

/** A name that somebody has said: in the override file, or by renaming a type in a schema file. */
export interface GivenName {
  readonly name: string;
  readonly place: Place;
}

/** Names by what they are for: "table public.books", "table public.books page_count". */
export type GivenNames = ReadonlyMap<string, GivenName>;

/** Gives names by the conventions, unless somebody has said another, and other names for those that met something. */
export class Naming {
  readonly #given: GivenNames;
  readonly #avoided = new Map<string, number>();
  readonly #named = new Map<string, string>();
  #types = new NameSet();

  constructor(given: GivenNames) {
    this.#given = given;
  }

  /** What somebody has said; a join has the name that is said for its column. */
  given(id: string): GivenName | undefined {
    return this.#given.get(id) ?? this.#given.get(id.replace(/>.*$/, ''));
  }

  /** From now on, another name is taken for this. */
  avoid(id: string): void {
    this.#avoided.set(id, (this.#avoided.get(id) ?? 0) + 1);
  }

  /** Names are given anew, the same in the same order. Those that somebody has said are taken before all others. */
  begin(ids: readonly string[]): void {
    this.#types = new NameSet();
    this.#named.clear();
    for (const id of ids) {
      const said = this.given(id)?.name;
      if (said !== undefined) this.#types.take(said);
    }
  }

  /** The name of a type or enum: the same each time. */
  type(id: string, name: string): string {
    const named = this.#named.get(id) ?? this.given(id)?.name ?? this.#types.take(this.#otherwise(id, name, 'Record'), 'Record');
    this.#named.set(id, named);
    return named;
  }

  /** The name of a field, by its type and what it shows. */
  field(id: string, name: string, taken: NameSet, suffix: string): string {
    return taken.take(this.given(id)?.name ?? this.#otherwise(id, name, suffix), suffix);
  }

  #otherwise(id: string, name: string, suffix: string): string {
    const times = this.#avoided.get(id) ?? 0;
    return times === 0 ? name : `${name}${suffix}${times === 1 ? '' : times}`;
  }
}
