import { randomUUID } from 'node:crypto';
import { expect } from 'vitest';
import type { Answer } from '../support/gateway.js';
import type { KnownRows } from '../support/operations.js';

const some = (...parts: object[]) => expect.arrayContaining(parts.map((part) => expect.objectContaining(part) as unknown)) as unknown;
const AIR_002 = { identifier: 'AIR-002' };
const connect = (where: object) => ({ connect: { where: { node: where } } });

/** What each operation is asked with, and what its answer holds. */
export const OPERATIONS: readonly (readonly [name: string, variables: (rows: KnownRows) => unknown, expected: object])[] = [
  ['Projects', () => ({ username: 'okafor' }), { projectsConnection: { totalCount: 6, nodes: some({ members: [{ role: 'owner' }] }) } }],
  ['Project', ({ project }) => ({ project }), { project: { name: 'Air Vehicle', createdBy: { username: 'lindqvist' } } }],
  ['ProjectLineage', ({ project }) => ({ project }), { project: { parent: { name: 'Disaster Response Drone Programme', parent: null } } }],
  ['Caller', () => ({}), { me: { name: 'okafor', user: { displayName: 'Chidi Okafor', memberships: some({ role: 'owner' }) } } }],
  ['Users', () => ({ first: 3 }), { usersConnection: { totalCount: 8, nodes: [{}, {}, {}], pageInfo: { hasNextPage: true } } }],
  [
    'ProjectCard',
    ({ project }) => ({ project }),
    {
      project: {
        members: some({ role: 'owner' }),
        requirementsConnection: { totalCount: 50, groupBy: some({ key: { state: 'APPROVED' } }) },
      },
    },
  ],
  [
    'Requirements',
    ({ project }) => ({
      project,
      priorities: ['CRITICAL'],
      search: 'range',
      where: { project: { level: { eq: 1 } } },
      sort: [{ title: 'ASC' }],
    }),
    { requirementsConnection: { nodes: some(AIR_002) } },
  ],
  ['RequirementConstraints', ({ requirement }) => ({ requirement }), { requirement: { constraints: some({ numericUnit: 'km' }) } }],
  ['RequirementNotes', ({ requirement }) => ({ requirement }), { requirement: { notes: some({ visibility: 'PROJECT' }) } }],
  [
    'RequirementDetail',
    ({ requirement }) => ({ requirement }),
    {
      requirement: {
        ...AIR_002,
        constraints: some({ numericUnit: 'km' }),
        components: some({ name: 'Battery pack' }),
        impact: some({ distance: 1 }),
        similar: some({ requirement: expect.objectContaining({ identifier: 'AIR-003' }) }),
      },
    },
  ],
  [
    'ImpactAnalysis',
    ({ requirement }) => ({ requirement }),
    { requirement: { impact: some({ distance: 2 }), reachedComponents: some({ distance: 1 }) } },
  ],
  [
    'RequirementNeighbourhood',
    ({ requirement }) => ({ requirement }),
    { requirement: { neighbourhood: { nodes: some({ data: expect.objectContaining({ label: 'Battery pack' }) }), edges: some({}) } } },
  ],
  ['PublishedSummary', () => ({}), { projectsConnection: { nodes: some({ name: 'Air Vehicle' }) } }],
  [
    'PublishedRequirements',
    ({ project }) => ({ project }),
    { requirementsConnection: { totalCount: 26, nodes: some({ imports: some({}) }) } },
  ],
  [
    'Files',
    ({ project }) => ({ project }),
    { filesConnection: { totalCount: 2, nodes: some({ filename: 'airframe-specification.pdf' }) } },
  ],
  [
    'KnowledgeAssets',
    ({ project }) => ({ project }),
    { knowledgeAssetsConnection: { nodes: some({ sourceFile: expect.objectContaining({ filename: 'airframe-specification.pdf' }) }) } },
  ],
  [
    'KnowledgeAsset',
    ({ asset }) => ({ asset, first: 2 }),
    { knowledgeAsset: { chunksConnection: { nodes: [{ sequenceNumber: 0 }, { sequenceNumber: 1 }] } } },
  ],
  [
    'SearchKnowledge',
    ({ project }) => ({ text: 'how long does the battery last', projects: [project] }),
    { searchPage: { hits: some({ node: expect.objectContaining({ content: expect.stringContaining('battery') }) }) } },
  ],
  ['SearchSources', () => ({ text: 'AIR-002 flight range' }), { search: some({ node: expect.objectContaining(AIR_002) }) }],
  ['FilesWorkbench', ({ project }) => ({ project }), { filesConnection: { nodes: some({ knowledgeAssets: [expect.anything()] }) } }],
  ['AllFiles', () => ({}), { filesConnection: { totalCount: 11 } }],
  [
    'SyncHealth',
    () => ({}),
    { requirementsConnection: { totalCount: 300 }, collectionInfo: some({ name: 'requirements', points: '300' }) },
  ],
  ['ProjectLinks', ({ project }) => ({ project }), { project: { outgoingRelationships: some({ type: 'coordinates_with' }) } }],
  ['VisibleKnowledge', ({ project }) => ({ project }), { projects: [{ name: 'Disaster Response Drone Programme', level: 0 }] }],
  [
    'Assumptions',
    ({ project }) => ({ project, status: 'VALIDATED' }),
    { project: { assumptions: [{ createdBy: { displayName: 'Sara Lindqvist' } }] } },
  ],
  ['Registries', () => ({}), { namespaces: some({ path: 'drdp', versions: expect.anything() }), domains: some({ domain: 'aeronautics' }) }],
  [
    'ProjectTree',
    ({ project }) => ({ project }),
    { project: { ontologies: [{ label: 'Air system' }], files: some({ filename: 'airframe-specification.pdf' }) } },
  ],
  ['ExtractionJobs', ({ project }) => ({ project }), { extractionJobsConnection: { totalCount: 1, nodes: [{ requirementsFound: 44 }] } }],
  [
    'ProcessingJobs',
    ({ project }) => ({ projects: [project] }),
    { processingJobsConnection: { nodes: some({ asset: expect.objectContaining({ title: 'Airframe specification' }) }) } },
  ],
  ['Ontologies', ({ project }) => ({ project }), { ontologies: [{ label: 'Air system' }] }],
  [
    'Individuals',
    ({ project }) => ({ project, classes: ['Budget'] }),
    { individualTables: [{ individuals: some({ name: 'Mass budget' }) }] },
  ],
  [
    'Configurations',
    ({ project }) => ({ project }),
    { configurationsConnection: { totalCount: 3 }, configurationStatistics: [{ total: '3' }] },
  ],
  [
    'ConfigurationDiagram',
    ({ configuration }) => ({ configuration }),
    { configuration: { nodes: some({ label: 'Mesh radio' }), edges: some({}) } },
  ],
  [
    'CompetencyQuestions',
    ({ project }) => ({ project }),
    { competencyQuestions: some({ name: 'Parts without a mass', runs: [expect.objectContaining({ pass: true })] }) },
  ],
  ['Microtheories', ({ project }) => ({ project }), { microtheories: [{ label: 'Baseline', isDefault: true }, { label: 'Frost' }, {}] }],
  [
    'Coverage',
    ({ project }) => ({ project }),
    {
      project: {
        microtheories: [{}, {}, {}],
        competencyQuestions: some({ name: 'Budget exceeded', runs: some({ pass: false }, { pass: true }) }),
      },
    },
  ],
  [
    'EventStatistics',
    () => ({ day: '2026-05-31T08:00:00Z', week: '2026-05-25T08:00:00Z' }),
    { day: { types: some({ key: { type: 'workflow_started' } }) }, week: {} },
  ],
  ['RecentEvents', () => ({ limit: 2 }), { projectEvents: [{ type: 'workflow_started', user: { displayName: 'Elise Moreau' } }, {}] }],
  [
    'EventHistory',
    ({ project }) => ({ projects: [project], types: ['project_created'], since: '2025-01-01T00:00:00Z' }),
    { projectEventsConnection: { nodes: some({ data: expect.anything() }) } },
  ],
  ['EventTypes', () => ({}), { projectEventsConnection: { groupBy: some({ key: { type: 'file_uploaded' } }) } }],
  ['Threads', () => ({}), { projectThreadsConnection: { totalCount: 7, nodes: some({ messagesConnection: { totalCount: 4 } }) } }],
  ['Thread', ({ thread }) => ({ thread }), { projectThread: { project: { name: 'Air Vehicle' }, messages: some({ role: 'ASSISTANT' }) } }],
  ['AssistantThread', ({ project }) => ({ project }), { projectThreads: [{ messagesConnection: { totalCount: 4 } }] }],
  [
    'ChatHistory',
    ({ project }) => ({ project, first: 1 }),
    { threadMessagesConnection: { nodes: [{ role: 'ASSISTANT' }], pageInfo: { hasNextPage: true } } },
  ],
  ['AssistantDock', ({ project }) => ({ project }), { project: { threads: [{ messages: some({ role: 'USER' }) }], assumptions: [{}] } }],
  [
    'ActivityFeed',
    () => ({ day: '2026-05-31T08:00:00Z' }),
    { projectEvents: some({ thread: expect.objectContaining({ status: 'ACTIVE' }) }) },
  ],
  [
    'AddNote',
    ({ requirement, user }) => ({ requirement, text: 'Fly it again in summer.', author: user }),
    { createRequirementNotes: { requirementNotes: [{ type: 'GENERAL', createdBy: { displayName: 'Chidi Okafor' } }] } },
  ],
  [
    'SaveConstraints',
    ({ requirement, constraint }) => ({
      constraints: [
        {
          id: constraint,
          name: 'Range',
          description: 'Range in still air.',
          type: 'THRESHOLD',
          requirement: connect({ id: { eq: requirement } }),
        },
        {
          id: randomUUID(),
          name: 'Range in wind',
          description: 'Range at 9 m/s.',
          type: 'OBJECTIVE',
          requirement: connect({ id: { eq: requirement } }),
        },
      ],
    }),
    { upsertRequirementConstraints: { info: { nodesCreated: 1, nodesUpdated: 1 } } },
  ],
  ['DeleteConstraints', ({ constraint }) => ({ ids: [constraint] }), { deleteRequirementConstraints: { nodesDeleted: 1 } }],
  [
    'PublishRequirements',
    ({ approved, user }) => ({ ids: approved, publisher: user, at: '2026-06-01T08:00:00Z' }),
    {
      updateRequirements: { requirements: [{ state: 'PUBLISHED' }, { state: 'PUBLISHED', publishedBy: { displayName: 'Chidi Okafor' } }] },
    },
  ],
  ['ImportSources', ({ published }) => ({ ids: [published.id] }), { requirements: [{ constraints: [expect.anything()] }] }],
  ['ImportRequirements', () => ({}), {}],
];

/** A copy in another project of what ImportSources answers, as ODRAS makes it. */
export const importOf =
  ({ otherProject, user }: KnownRows) =>
  ({ id, project, constraints, ...fields }: Answer) => ({
    ...fields,
    state: 'IMPORTED',
    isImmutable: true,
    project: connect({ id: { eq: otherProject } }),
    importedFrom: connect({ id: { eq: id } }),
    sourceProject: connect({ id: { eq: project.id } }),
    createdBy: connect({ id: { eq: user } }),
    constraints: { create: constraints.map((node: object) => ({ node })) },
    history: { create: [{ node: { changeType: 'CREATED', changeDescription: `Imported from ${project.name}.` } }] },
  });
