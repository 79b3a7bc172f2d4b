import type { Random } from './generate.js';

/** Jobs are rows with nodes, crews are nodes only, and slips are rows of which there are too many. */
export const SDL = `
  type Job @table(name: "jobs") @node(labels: ["TestJob"]) {
    id: ID! @column(name: "job_id", type: "text") name: String! @alias(property: "name") size: Int urgent: Boolean
      part: Job @join(from: "part_of") parts: [Job!]! @join(to: "part_of")
    crews: [Crew!]! @relationship(type: "TEST_DOES", direction: IN, properties: "Does")
    after: [Job!]! @relationship(type: "TEST_AFTER", direction: OUT, properties: "Does")
    crewsInReach: [CrewReach!]! @traverse(types: ["TEST_DOES", "TEST_AFTER"], direction: BOTH, maxDepth: 4) }
  type Crew @node(labels: ["TestCrew"]) {
    id: ID! name: String! rank: Int
    jobs: [Job!]! @relationship(type: "TEST_DOES", direction: OUT, properties: "Does") @traced
    slips: [Slip!]! @relationship(type: "TEST_SLIPS", direction: OUT)
    mates: [Crew!]! @relationship(type: "TEST_MATES", direction: OUT, properties: "Does")
    matesInReach: [CrewReach!]! @traverse(types: ["TEST_MATES"], direction: OUT, maxDepth: 4) }
  type Slip @table(name: "slips") @node(labels: ["TestSlip"]) { id: ID! @column(name: "slip_id", type: "integer") text: String }
  type CrewReach { distance: Int! crew: Crew! }
  type Does @relationshipProperties { hours: Int }
`;

export interface Job {
  readonly id: string;
  readonly size: number | null;
  readonly urgent: boolean | null;
  readonly partOf: string | null;
}

interface Crew {
  readonly id: string;
  readonly rank: number | null;
}

interface Edge {
  readonly from: string;
  readonly to: string;
  readonly hours: number | null;
}

export interface World {
  readonly jobs: readonly Job[];
  /** Ids of nodes of jobs whose rows are gone. */
  readonly gone: readonly string[];
  readonly crews: readonly Crew[];
  readonly does: readonly Edge[];
  readonly mates: readonly Edge[];
  readonly after: readonly Edge[];
}

export type Condition = Readonly<Record<string, unknown>>;

export const createWorld = (random: Random): World => {
  const some = <T>(value: T) => (random.chance(0.25) ? null : value);
  const jobs = Array.from({ length: 14 }, (_, index): Job => ({
    id: `j${index}`,
    size: some(random.below(6)),
    urgent: some(random.chance(0.5)),
    partOf: index > 2 ? some(`j${random.below(3)}`) : null,
  }));
  const gone = ['g0', 'g1'];
  const crews = Array.from({ length: 12 }, (_, index): Crew => ({ id: `c${index}`, rank: some(random.below(4)) }));
  const edges = (from: readonly string[], to: readonly string[], chance: number): Edge[] =>
    from.flatMap((one) => to.flatMap((other) => (random.chance(chance) ? [{ from: one, to: other, hours: some(random.below(5)) }] : [])));
  const [jobIds, crewIds] = [[...jobs.map(({ id }) => id), ...gone], crews.map(({ id }) => id)];
  return {
    jobs,
    gone,
    crews,
    does: edges(crewIds.slice(1), jobIds, 0.15),
    mates: edges(crewIds, crewIds, 0.12),
    after: edges(jobIds, jobIds, 0.1),
  };
};

/** True, false, or undefined where a missing value leaves it open, as in SQL and in Cypher. */
type Truth = boolean | undefined;
type Kind = 'job' | 'crew' | 'edge';

const not = (truth: Truth): Truth => (truth === undefined ? undefined : !truth);
const every = (truths: readonly Truth[]): Truth => (truths.includes(false) ? false : truths.includes(undefined) ? undefined : true);
const either = (truths: readonly Truth[]): Truth => not(every(truths.map(not)));

/** What a condition means, told node by node and row by row. */
export class Reference {
  readonly #world: World;

  constructor(world: World) {
    this.#world = world;
  }

  crews(where: Condition): string[] {
    return this.#world.crews
      .filter((crew) => this.#holds('crew', crew, where) === true)
      .map(({ id }) => id)
      .sort();
  }

  jobs(where: Condition): string[] {
    return this.#world.jobs
      .filter((job) => this.#holds('job', job, where) === true)
      .map(({ id }) => id)
      .sort();
  }

  /** What the relationships of a crew that do not pass lead to. */
  left(crew: string, field: 'jobs' | 'mates', where: Condition): string[] {
    return this.#edges('crew', { id: crew, rank: null }, field)!
      .filter((edge) => this.#holds('edge', edge, where) !== true)
      .map(({ to }) => to)
      .sort();
  }

  #holds(
    kind: Kind,
    item: Job | Crew | (Edge & { readonly node: Job | Crew | undefined; readonly nodeKind: Kind }),
    where: Condition,
  ): Truth {
    return every(
      Object.entries(where).map(([name, condition]): Truth => {
        if (name === 'AND') return every((condition as Condition[]).map((each) => this.#holds(kind, item, each)));
        if (name === 'OR') return either((condition as Condition[]).map((each) => this.#holds(kind, item, each)));
        if (name === 'NOT') return not(this.#holds(kind, item, condition as Condition));
        if ('from' in item) {
          if (name === 'edge') return compared(item.hours, (condition as { hours: Condition }).hours);
          return item.node && this.#holds(item.nodeKind, item.node, condition as Condition);
        }
        if (name === 'part') {
          const part = this.#world.jobs.find(({ id }) => id === (item as Job).partOf);
          return condition === null ? part === undefined : part !== undefined && this.#holds('job', part, condition as Condition) === true;
        }
        const edges = this.#edges(kind, item, name.replace('Connection', ''));
        if (!edges) return compared((item as unknown as Record<string, number | null>)[name]!, condition as Condition);
        return every(
          Object.entries(condition as Record<string, Condition>).map(([quantifier, inner]) => {
            const truths = name.endsWith('Connection')
              ? edges.map((edge) => this.#holds('edge', edge, inner))
              : edges.flatMap(({ node, nodeKind }) => (node ? [this.#holds(nodeKind, node, inner)] : []));
            const passing = truths.filter((truth) => truth === true).length;
            return { some: passing > 0, none: passing === 0, all: passing > 0 && !truths.includes(false), single: passing === 1 }[
              quantifier
            ];
          }),
        );
      }),
    );
  }

  #edges(kind: Kind, { id }: Job | Crew, name: string): (Edge & { node: Job | Crew | undefined; nodeKind: Kind })[] | undefined {
    const { jobs, crews, does, mates, after } = this.#world;
    const job = (key: string) => jobs.find((each) => each.id === key);
    const crew = (key: string) => crews.find((each) => each.id === key);
    if (name === 'jobs') return does.filter(({ from }) => from === id).map((edge) => ({ ...edge, node: job(edge.to), nodeKind: 'job' }));
    if (name === 'crews') return does.filter(({ to }) => to === id).map((edge) => ({ ...edge, node: crew(edge.from), nodeKind: 'crew' }));
    if (name === 'mates')
      return mates.filter(({ from }) => from === id).map((edge) => ({ ...edge, node: crew(edge.to), nodeKind: 'crew' }));
    if (name === 'after' && kind === 'job')
      return after.filter(({ from }) => from === id).map((edge) => ({ ...edge, node: job(edge.to), nodeKind: 'job' }));
    return undefined;
  }
}

const compared = (value: number | boolean | null, condition: Condition): Truth =>
  every(
    Object.entries(condition).map(([operator, wanted]): Truth => {
      if (operator === 'eq' && wanted === null) return value === null;
      if (value === null) return undefined;
      const other = wanted as number;
      return {
        eq: value === wanted,
        gt: Number(value) > other,
        gte: Number(value) >= other,
        lt: Number(value) < other,
        in: Array.isArray(wanted) && wanted.includes(value),
      }[operator];
    }),
  );

/** A condition of some depth on jobs, crews, or the relationships between them and what these lead to. */
export const generateCondition = (random: Random, kind: Kind, depth: number, leadsTo: 'job' | 'crew' = 'job'): Condition => {
  const below = () => generateCondition(random, kind, depth - 1, leadsTo);
  if (depth > 0 && random.chance(0.4)) {
    const parts = Array.from({ length: 1 + random.below(3) }, below);
    if (random.chance(0.04)) return random.pick<Condition>([{ AND: [] }, { OR: [] }]);
    return random.pick<() => Condition>([
      () => ({ AND: parts }),
      () => ({ OR: parts }),
      () => ({ NOT: parts[0]! }),
      () => Object.assign({}, ...parts) as Condition,
    ])();
  }
  const number = (most: number): Condition =>
    random.pick<() => Condition>([
      () => ({ gt: random.below(most) }),
      () => ({ lt: random.below(most) }),
      () => ({ eq: random.below(most) }),
      () => ({ eq: null }),
      () => ({ in: [random.below(most), random.below(most)] }),
    ])();
  if (kind === 'edge') {
    const edge = { edge: { hours: number(5) } };
    const node = { node: generateCondition(random, leadsTo, Math.max(0, depth - 1)) };
    return random.pick<Condition>([edge, node, { ...edge, ...node }]);
  }
  if (depth === 0 || random.chance(0.2))
    return kind === 'crew' ? { rank: number(4) } : random.pick<Condition>([{ size: number(6) }, { urgent: { eq: random.chance(0.5) } }]);
  if (random.chance(0.05)) return {};
  if (kind === 'job' && random.chance(0.2)) return { part: generateCondition(random, 'job', depth - 1) };
  const [name, target] = random.pick<readonly [string, 'job' | 'crew']>(
    kind === 'crew'
      ? [
          ['jobs', 'job'],
          ['jobs', 'job'],
          ['mates', 'crew'],
        ]
      : [
          ['crews', 'crew'],
          ['after', 'job'],
        ],
  );
  const onEdge = random.chance(0.5);
  return {
    [onEdge ? `${name}Connection` : name]: {
      [random.pick(['some', 'none', 'all', 'single'])]: generateCondition(random, onEdge ? 'edge' : target, depth - 1, target),
    },
  };
};
