import { Kind, parse } from 'graphql';
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Explained } from './explained.js';
import type { TestGateway } from './gateway.js';

const FOLDER = fileURLToPath(new URL('../../schema/operations/', import.meta.url));

/** Names of the operations in schema/operations, in the order of the files. */
export const operationNames = (): string[] =>
  readdirSync(FOLDER)
    .filter((file) => file.endsWith('.graphql'))
    .sort()
    .flatMap((file) => parse(readFileSync(`${FOLDER}${file}`, 'utf8')).definitions)
    .flatMap((definition) => (definition.kind === Kind.OPERATION_DEFINITION ? [definition.name!.value] : []));

/** Rows of the demonstration data that the operations are asked about. */
export const knownRows = async (gateway: TestGateway) => {
  const { data } = await gateway.send(`{
    projects(where: {name: {in: ["Air Vehicle", "Ground Segment"]}}, sort: [{name: ASC}]) { id }
    requirements(where: {identifier: {eq: "AIR-002"}}) { id constraints(limit: 1) { id } }
    approved: requirements(where: {state: {eq: APPROVED}}, sort: [{identifier: ASC}], limit: 2) { id }
    published: requirements(
      where: {project: {name: {eq: "Air Vehicle"}}, state: {eq: PUBLISHED}, isPublished: {eq: true}, constraints: {some: {}}}, limit: 1
    ) {
      id project { id }
    }
    users(where: {username: {eq: "okafor"}}) { id }
    knowledgeAssets(where: {title: {eq: "Airframe specification"}}) { id }
    configurations(where: {name: {eq: "Relay chain"}}) { id }
    projectThreads(where: {project: {name: {eq: "Air Vehicle"}}, status: {eq: ACTIVE}}) { id }
  }`);
  return {
    project: data.projects[0].id as string,
    otherProject: data.projects[1].id as string,
    requirement: data.requirements[0].id as string,
    constraint: data.requirements[0].constraints[0].id as string,
    approved: data.approved.map(({ id }: { id: string }) => id) as string[],
    published: data.published[0] as { id: string; project: { id: string } },
    user: data.users[0].id as string,
    asset: data.knowledgeAssets[0].id as string,
    configuration: data.configurations[0].id as string,
    thread: data.projectThreads[0].id as string,
  };
};
export type KnownRows = Awaited<ReturnType<typeof knownRows>>;

const STORES = [
  ['relational', 'SQL'],
  ['graph', 'graph'],
  ['vector', 'vector'],
] as const;

/** How many statements answered a request, as docs/front-end.md says it: `2 SQL + 1 graph`. Bounds of transactions do not count. */
export const showStatements = ({ statements }: Explained): string =>
  STORES.flatMap(([store, shown]) => {
    const count = statements.filter((one) => one.store === store && !/^(BEGIN|COMMIT)\b/.test(one.statement[0] ?? '')).length;
    return count === 0 ? [] : [`${count} ${shown}`];
  }).join(' + ');
