import type { TestGateway } from './gateway.js';

export const CREATE = `mutation ($input: [RequirementCreateInput!]!) { createRequirements(input: $input) { info { nodesCreated relationshipsCreated }
  requirements { id identifier title state version createdAt tags project { id } createdBy { username } components { name } similar(limit: 1) { score requirement { identifier } } } } }`;

/** The input of a requirement in the project of this id. */
export const newRequirement = (project: string, identifier: string, more: object = {}) => ({
  identifier,
  title: 'Warning of rain',
  text: 'The ground station SHALL warn the crew of rain at least 10 minutes before it reaches an aircraft.',
  type: 'SAFETY',
  project: { connect: { where: { node: { id: { eq: project } } } } },
  ...more,
});
/** How many requirements the tables, the graph and the vectors hold. */
export const countRequirements = async (gateway: TestGateway): Promise<number[]> => {
  const { data } = await gateway.send('{ requirementsConnection(first: 0) { totalCount } }');
  const nodes = await gateway.engine.stores.graph.read.run('MATCH (n:Requirement) RETURN count(n) AS n');
  const { count } = await gateway.engine.stores.vector.client.count('requirements', { exact: true });
  return [data.requirementsConnection.totalCount as number, nodes.records[0]!.get('n') as number, count];
};
