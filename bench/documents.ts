/** Each operation in the words of each kind of peer. All give the same answer, in the gateway's names. */
import type { OperationName } from './operations.js';

export type Documents = Readonly<Partial<Record<OperationName, string>>>;

const LIST = 'id identifier title text type priority state category version createdAt';

const ofGateway = {
  key: 'query ($id: ID!) { requirement(id: $id) { id identifier title text priority state version createdAt } }',
  list100: `query ($project: ID!, $limit: Int!) { requirements(where: {project: {id: {eq: $project}}}, sort: [{identifier: ASC}],
    limit: $limit) { ${LIST} } }`,
  list1000: `query ($project: ID!, $limit: Int!) { requirements(where: {project: {id: {eq: $project}}}, sort: [{identifier: ASC}],
    limit: $limit) { ${LIST} } }`,
  tree: `query ($project: ID!, $limit: Int!) {
    requirements(where: {project: {id: {eq: $project}}}, sort: [{identifier: ASC}], limit: $limit) {
      id identifier title text priority
      project { id name domain }
      createdBy { id displayName }
      constraints { id type name numericValue numericUnit }
      notes { id type text createdAt createdBy { id displayName } }
    }
  }`,
  pages: `query ($from: String!) {
    projects(where: {name: {gte: $from}}, sort: [{name: ASC}], limit: 20) {
      id name domain
      requirements(sort: [{identifier: ASC}], limit: 10) { id identifier title priority notes(limit: 3) { id text createdAt } }
    }
  }`,
  filter: `query ($project: ID!, $priority: Priority!, $contains: String!) {
    requirementsConnection(where: {project: {id: {eq: $project}}, priority: {eq: $priority}, text: {contains: $contains}},
      sort: [{identifier: ASC}], first: 20) {
      totalCount
      edges { node { id identifier title text priority state } }
    }
  }`,
  hop: `query ($project: ID!) {
    requirements(where: {project: {id: {eq: $project}}}, sort: [{identifier: ASC}], limit: 50) {
      id identifier title
      dependsOn(sort: [{identifier: ASC}]) { id identifier title priority components(sort: [{id: ASC}]) { id name type } }
    }
  }`,
  search: `query ($text: String!) {
    search(text: $text, types: [REQUIREMENT], limit: 10) {
      score
      node { ... on Requirement { id identifier title project { id name } constraints { id name numericValue } } }
    }
  }`,
  where1: `query ($text: String!, $minScore: Float!, $site: String!) {
    requirements(where: {verificationStatus: {eq: NOT_STARTED}, components: {some: {name: {eq: $site}}},
      near: {text: $text, minScore: $minScore}}, sort: [{identifier: ASC}], limit: 10) {
      id identifier title
    }
  }`,
  where50: `query ($text: String!, $minScore: Float!, $kind: String!) {
    requirements(where: {verificationStatus: {eq: NOT_STARTED}, components: {some: {type: {eq: $kind}}},
      near: {text: $text, minScore: $minScore}}, sort: [{identifier: ASC}], limit: 10) {
      id identifier title
    }
  }`,
} satisfies Documents;

/** Nobody but the author is shown a private note, so both are asked for the others. */
const withoutPrivate = (document: string): string =>
  document.replace(
    /notes(?:\((.*?)\))?(?= \{)/,
    (_, given = '') => `notes(where: {visibility: {in: [PUBLIC, PROJECT]}}${given && `, ${given}`})`,
  );

export const gatewayDocuments: Documents = {
  ...ofGateway,
  'rules-key': ofGateway.key,
  'rules-list100': ofGateway.list100,
  'rules-list1000': ofGateway.list1000,
  'rules-tree': withoutPrivate(ofGateway.tree),
  'rules-pages': withoutPrivate(ofGateway.pages)
    .replace('$from: String!', '$projects: [ID!]!')
    .replace('name: {gte: $from}', 'id: {in: $projects}'),
  'rules-filter': ofGateway.filter,
};

/** Of peers/schema.graphql, where arguments are as a person would choose them for these screens. */
export const handWrittenDocuments: Documents = {
  key: ofGateway.key,
  list100: `query ($project: ID!, $limit: Int!) { requirements(project: $project, limit: $limit) { ${LIST} } }`,
  list1000: `query ($project: ID!, $limit: Int!) { requirements(project: $project, limit: $limit) { ${LIST} } }`,
  tree: `query ($project: ID!, $limit: Int!) {
    requirements(project: $project, limit: $limit) {
      id identifier title text priority
      project { id name domain }
      createdBy { id displayName }
      constraints { id type name numericValue numericUnit }
      notes { id type text createdAt createdBy { id displayName } }
    }
  }`,
  pages: `query ($from: String!) {
    projects(from: $from, limit: 20) {
      id name domain
      requirements(limit: 10) { id identifier title priority notes(limit: 3) { id text createdAt } }
    }
  }`,
  filter: `query ($project: ID!, $priority: Priority!, $contains: String!) {
    requirementsConnection(project: $project, priority: $priority, contains: $contains, first: 20) {
      totalCount
      edges { node { id identifier title text priority state } }
    }
  }`,
};

const POSTGRAPHILE_LIST = `id: requirementId identifier: requirementIdentifier title: requirementTitle text: requirementText
  type: requirementType priority state category version createdAt`;
const BY_IDENTIFIER = 'condition: {projectId: $project}, orderBy: [REQUIREMENT_IDENTIFIER_ASC, PRIMARY_KEY_ASC], first: $limit';

export const postgraphileDocuments: Documents = {
  key: `query ($id: UUID!) {
    requirement: requirementsEnhancedByRequirementId(requirementId: $id) {
      id: requirementId identifier: requirementIdentifier title: requirementTitle text: requirementText priority state version createdAt
    }
  }`,
  list100: `query ($project: UUID!, $limit: Int!) { requirements: allRequirementsEnhancedsList(${BY_IDENTIFIER}) {
    ${POSTGRAPHILE_LIST} } }`,
  list1000: `query ($project: UUID!, $limit: Int!) { requirements: allRequirementsEnhancedsList(${BY_IDENTIFIER}) {
    ${POSTGRAPHILE_LIST} } }`,
  tree: `query ($project: UUID!, $limit: Int!) {
    requirements: allRequirementsEnhancedsList(${BY_IDENTIFIER}) {
      id: requirementId identifier: requirementIdentifier title: requirementTitle text: requirementText priority
      project: projectByProjectId { id: projectId name domain }
      createdBy: userByCreatedBy { id: userId displayName }
      constraints: requirementsConstraintsByRequirementIdList(orderBy: PRIMARY_KEY_ASC) {
        id: constraintId type: constraintType name: constraintName numericValue numericUnit }
      notes: requirementsNotesByRequirementIdList(orderBy: PRIMARY_KEY_ASC) {
        id: noteId type: noteType text: noteText createdAt createdBy: userByCreatedBy { id: userId displayName } }
    }
  }`,
  pages: `query ($from: String!) {
    projects: allProjectsList(filter: {name: {greaterThanOrEqualTo: $from}}, orderBy: [NAME_ASC, PRIMARY_KEY_ASC], first: 20) {
      id: projectId name domain
      requirements: requirementsEnhancedsByProjectIdList(orderBy: [REQUIREMENT_IDENTIFIER_ASC, PRIMARY_KEY_ASC], first: 10) {
        id: requirementId identifier: requirementIdentifier title: requirementTitle priority
        notes: requirementsNotesByRequirementIdList(orderBy: PRIMARY_KEY_ASC, first: 3) { id: noteId text: noteText createdAt }
      }
    }
  }`,
  filter: `query ($project: UUID!, $priority: String!, $contains: String!) {
    requirementsConnection: allRequirementsEnhanceds(
      condition: {projectId: $project, priority: $priority}
      filter: {requirementText: {includes: $contains}}
      orderBy: [REQUIREMENT_IDENTIFIER_ASC, PRIMARY_KEY_ASC]
      first: 20
    ) {
      totalCount
      edges { node { id: requirementId identifier: requirementIdentifier title: requirementTitle text: requirementText priority state } }
    }
  }`,
};

/** Of the schema in peers/stitch.js. */
export const stitchDocuments: Documents = {
  hop: `query ($project: ID!) { requirements(project: $project) { id identifier title
    dependsOn { id identifier title priority components { id name type } } } }`,
};
