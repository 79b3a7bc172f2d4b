/** The rows of the workshop in memory, and what writes do to them: row by row, as plainly as can be, to compare with. */

type Input = Readonly<Record<string, unknown>>;
type TypeName = 'Team' | 'Person' | 'Task';

export interface ModelRow {
  readonly type: TypeName;
  readonly name: string;
  readonly refs: Record<string, ModelRow | null>;
  readonly columns: Record<string, number | null>;
}

interface Kind {
  readonly plural: string;
  readonly label: string;
  readonly column: string | undefined;
  /** To-one joins. */
  readonly one: Readonly<Record<string, TypeName>>;
  /** To-many joins: the type, and its reference back. */
  readonly many: Readonly<Record<string, readonly [TypeName, string]>>;
}

export const KINDS: Readonly<Record<TypeName, Kind>> = {
  Team: { plural: 'teams', label: 'name', column: 'size', one: { lead: 'Person' }, many: { people: ['Person', 'team'] } },
  Person: { plural: 'people', label: 'name', column: undefined, one: { team: 'Team' }, many: { tasks: ['Task', 'person'] } },
  Task: {
    plural: 'tasks',
    label: 'title',
    column: 'hours',
    one: { person: 'Person', parent: 'Task' },
    many: { children: ['Task', 'parent'] },
  },
};

/** A write that must be refused. */
class Refused extends Error {}

const refuse = (why: string): never => {
  throw new Refused(why);
};

export interface ModelCounts {
  nodesCreated: number;
  nodesDeleted: number;
  relationshipsCreated: number;
  relationshipsDeleted: number;
}

type Lists = readonly (readonly [string, Input])[];

export class WriteModel {
  rows: ModelRow[] = [];
  counts: ModelCounts = { nodesCreated: 0, nodesDeleted: 0, relationshipsCreated: 0, relationshipsDeleted: 0 };
  #before: readonly ModelRow[] = [];
  #found = new Map<unknown, readonly ModelRow[]>();

  /** Runs a mutation; undefined when it must be refused, and then nothing has changed. */
  run(kind: 'create' | 'update' | 'delete', type: TypeName, args: Input): ModelCounts | undefined {
    const saved = this.rows.map((row) => ({ row, refs: { ...row.refs }, columns: { ...row.columns } }));
    this.#before = this.rows;
    this.rows = [...this.rows];
    this.counts = { nodesCreated: 0, nodesDeleted: 0, relationshipsCreated: 0, relationshipsDeleted: 0 };
    this.#found = new Map();
    try {
      this.#find(args);
      if (kind === 'create')
        this.#createAll(
          type,
          (args['input'] as Input[]).map((input) => [input, undefined] as const),
        );
      if (kind === 'update') this.#update(this.#match(type, args['where']), args['update'] as Input);
      if (kind === 'delete') this.#delete(this.#match(type, args['where']), (args['delete'] ?? {}) as Input);
      return this.counts;
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      this.rows = saved.map(({ row }) => row);
      for (const { row, refs, columns } of saved) {
        Object.assign(row.refs, refs);
        Object.assign(row.columns, columns);
      }
      return undefined;
    }
  }

  /** What a connect leads to is what it matches before the mutation. */
  #find(value: unknown): void {
    if (Array.isArray(value)) return value.forEach((item) => this.#find(item));
    if (value === null || typeof value !== 'object') return;
    for (const [name, inner] of Object.entries(value)) {
      if (name !== 'connect') this.#find(inner);
      for (const connect of name !== 'connect' ? [] : Array.isArray(inner) ? (inner as Input[]) : [inner as Input]) {
        const where = (connect['where'] as Input)['node'] as Input;
        const rows = this.#before.filter((row) => row.type === where['#type'] && this.#passes(row, where));
        if (rows.length === 0 || (rows.length > 1 && !Array.isArray(inner))) refuse('connect');
        this.#found.set(connect, rows);
      }
    }
  }

  #match(type: TypeName, where: unknown): ModelRow[] {
    return this.rows.filter((row) => row.type === type && this.#passes(row, (where ?? {}) as Input));
  }

  #passes(row: ModelRow, where: Input): boolean {
    return Object.entries(where).every(([name, condition]) => {
      if (name === '#type') return true;
      if (name === 'NOT') return !this.#passes(row, condition as Input);
      if (name in KINDS[row.type].one)
        return condition === null ? row.refs[name] === null : row.refs[name] != null && this.#passes(row.refs[name], condition as Input);
      const { in: names, startsWith } = condition as { in?: string[]; startsWith?: string };
      return names ? names.includes(row.name) : row.name.startsWith(startsWith!);
    });
  }

  #createAll(type: TypeName, inputs: readonly (readonly [Input, readonly [string, ModelRow] | undefined])[]): void {
    const links: [ModelRow, string, ModelRow][] = [];
    for (const [input, given] of inputs) this.#create(type, input, given, links);
    this.#link(links);
  }

  #create(type: TypeName, input: Input, given: readonly [string, ModelRow] | undefined, links: [ModelRow, string, ModelRow][]): ModelRow {
    const kind = KINDS[type];
    const refs: Record<string, ModelRow | null> = {};
    for (const [name, target] of Object.entries(kind.one)) {
      const { connect, create } = (input[name] ?? {}) as { connect?: Input; create?: { node: Input } };
      refs[name] =
        given?.[0] === name
          ? given[1]
          : connect
            ? this.#found.get(connect)![0]!
            : create
              ? this.#create(target, create.node, undefined, links)
              : null;
      if (refs[name]) this.counts.relationshipsCreated += 1;
    }
    const row: ModelRow = {
      type,
      name: input[kind.label] as string,
      refs,
      columns: kind.column ? { [kind.column]: (input[kind.column] as number | undefined) ?? null } : {},
    };
    if (type === 'Team' && this.rows.some((other) => other.type === 'Team' && other.name === row.name)) refuse('unique');
    this.rows.push(row);
    this.#check(row);
    this.counts.nodesCreated += 1;
    for (const [name, [target, back]] of Object.entries(kind.many)) {
      const { connect = [], create = [] } = (input[name] ?? {}) as { connect?: Input[]; create?: { node: Input }[] };
      for (const item of connect) for (const child of this.#found.get(item)!) links.push([child, back, row]);
      for (const { node } of create) this.#create(target, node, [back, row], links);
    }
    return row;
  }

  /** Every reference leads to a row that is there, and those that must be there are. */
  #check(row: ModelRow): void {
    if (row.type === 'Task' && !row.refs['person']) refuse('not null');
    for (const ref of Object.values(row.refs)) if (ref && !this.rows.includes(ref)) refuse('reference');
  }

  #set(row: ModelRow, name: string, value: ModelRow | null): void {
    const before = row.refs[name] ?? null;
    if (before !== value && before) this.counts.relationshipsDeleted += 1;
    if (before !== value && value) this.counts.relationshipsCreated += 1;
    row.refs[name] = value;
    this.#check(row);
  }

  #link(links: readonly (readonly [ModelRow, string, ModelRow])[]): void {
    for (const [child, back, row] of links) {
      if (links.some((other) => other[0] === child && other[1] === back && other[2] !== row)) refuse('connected twice');
      if (!this.rows.includes(child)) refuse('deleted');
    }
    for (const [child, back, row] of links) this.#set(child, back, row);
  }

  #update(rows: readonly ModelRow[], input: Input): void {
    if (rows.length === 0) return;
    const kind = KINDS[rows[0]!.type];
    const asked = (name: string) =>
      (input[name] ?? {}) as {
        connect?: Input;
        create?: { node: Input };
        disconnect?: boolean;
        update?: { where?: { node: Input }; node: Input };
      };
    const links: [ModelRow, string, ModelRow][] = [];
    const created = Object.entries(kind.one).flatMap(([name, target]) =>
      asked(name).create ? [[name, rows.map(() => this.#create(target, asked(name).create!.node, undefined, links))] as const] : [],
    );
    this.#link(links);
    for (const [index, row] of rows.entries()) {
      const change = kind.column ? (input[kind.column] as { set?: number | null; add?: number } | undefined) : undefined;
      if (change && 'set' in change) row.columns[kind.column!] = change.set ?? null;
      if (change?.add !== undefined && row.columns[kind.column!] !== null) row.columns[kind.column!]! += change.add;
      for (const name of Object.keys(kind.one)) {
        if (asked(name).connect) this.#set(row, name, this.#found.get(asked(name).connect)![0]!);
        if (asked(name).disconnect) this.#set(row, name, null);
      }
      for (const [name, targets] of created) this.#set(row, name, targets[index]!);
    }
    for (const name of Object.keys(kind.one)) {
      const { update } = asked(name);
      if (update)
        this.#update(
          [...new Set(rows.flatMap((row) => row.refs[name] ?? []))].filter(
            (row) => this.rows.includes(row) && this.#passes(row, update.where?.node ?? {}),
          ),
          update.node,
        );
    }
    this.#updateLists(
      rows,
      Object.keys(kind.many).flatMap((name) => ((input[name] ?? []) as Input[]).map((entry) => [name, entry] as const)),
    );
  }

  #updateLists(rows: readonly ModelRow[], lists: Lists): void {
    const kind = KINDS[rows[0]!.type];
    const each = (phase: string, work: (item: Input, children: ModelRow[], back: string) => void) => {
      for (const [name, entry] of lists) {
        const [target, back] = kind.many[name]!;
        for (const item of (entry[phase] ?? []) as Input[]) {
          const where = ((item['where'] ?? {}) as { node?: Input }).node;
          work(
            item,
            this.#match(target, where).filter((child) => rows.includes(child.refs[back]!)),
            back,
          );
        }
      }
    };
    each('update', ({ node }, children) => this.#update(children, node as Input));
    each('disconnect', (_, children, back) => children.forEach((child) => this.#set(child, back, null)));
    each('delete', (item, children) => this.#delete(children, (item['delete'] ?? {}) as Input));
    const links = lists.flatMap(([name, { connect = [] }]) =>
      (connect as Input[]).flatMap((item) =>
        rows.length > 1 ? refuse('several') : this.#found.get(item)!.map((child) => [child, kind.many[name]![1], rows[0]!] as const),
      ),
    );
    this.#link(links);
    for (const [name, { create = [] }] of lists) {
      const [target, back] = kind.many[name]!;
      this.#createAll(
        target,
        rows.flatMap((row) => (create as { node: Input }[]).map(({ node }) => [node, [back, row]] as const)),
      );
    }
  }

  #delete(rows: readonly ModelRow[], nested: Input): void {
    if (rows.length === 0) return;
    const kind = KINDS[rows[0]!.type];
    for (const [name, items] of Object.entries(nested)) {
      const many = kind.many[name];
      for (const { where, delete: inner } of many ? (items as { where?: { node: Input }; delete?: Input }[]) : []) {
        this.#delete(
          this.#match(many![0], where?.node).filter((child) => rows.includes(child.refs[many![1]]!)),
          inner ?? {},
        );
      }
    }
    const left = rows.filter((row) => this.rows.includes(row));
    this.rows = this.rows.filter((row) => !left.includes(row));
    this.counts.nodesDeleted += left.length;
    for (const row of this.rows) this.#check(row);
    for (const [name, item] of Object.entries(nested)) {
      const target = kind.one[name];
      if (!target) continue;
      const { where, delete: inner } = item as { where?: { node: Input }; delete?: Input };
      this.#delete(
        this.#match(target, where?.node).filter((other) => rows.some((row) => row.refs[name] === other)),
        inner ?? {},
      );
    }
  }
}
