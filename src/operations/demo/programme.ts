import { later } from './activity.js';
import type { Keys } from './graph.js';
import type { DemoTable, Project, Row, Source, User } from './types.js';

const TENANT = '00000000-0000-0000-0000-000000000000';

/** @param site what IRIs start with */
export const programmeTables = ({ users, projects }: Source, keys: Keys, site: string): DemoTable[] => {
  const placeOf = (project: Project): string => `programme.yaml, ${project.key}`;
  const userRows = users.map((user) => ({
    user_id: keys.id('user', user.username),
    username: user.username,
    display_name: user.displayName,
    password_hash: null,
    is_admin: user.admin,
    is_active: user.active,
    iri: `${site}/users/${user.username}`,
    tenant_id: TENANT,
    created_at: user.created,
    updated_at: user.created,
  }));
  const projectRows = projects.map((project) => ({
    project_id: keys.id('project', project.key),
    name: project.name,
    description: project.description,
    namespace_id: keys.refer('row', `namespace_registry ${project.key}`, placeOf(project)),
    domain: project.domain,
    status: 'active',
    created_by: keys.refer('user', project.createdBy, placeOf(project)),
    created_at: project.created,
    updated_at: project.created,
    is_active: true,
    iri: projectIri(project, site),
    project_level: project.level,
    parent_project_id: keys.referIf('project', project.parent, placeOf(project)),
    publication_status: project.publication,
    published_at: project.publishedAt ?? null,
    published_by: keys.referIf('user', project.publishedBy, placeOf(project)),
    tenant_id: TENANT,
  }));
  const memberRows = projects.flatMap((project) =>
    project.members.map(({ user, role, joined }) => ({
      user_id: keys.refer('user', user, placeOf(project)),
      project_id: keys.id('project', project.key),
      role,
      joined_at: joined,
    })),
  );
  return [
    { table: 'users', rows: userRows },
    { table: 'projects', rows: parentsFirst(projectRows, 'project_id', ['parent_project_id']) },
    { table: 'project_members', rows: memberRows },
  ];
};

/** Two sessions of each user, long over. What stands for the hash of the token is the hash of nothing. */
export const sessionTables = ({ users }: Source, keys: Keys): DemoTable[] => {
  const session = ({ username, admin }: User, number: number): Row => {
    const created_at = `2026-05-${28 + number}T07:30:00Z`;
    return {
      token_id: keys.id('session', username, number),
      token_hash: [1, 2].map((half) => keys.id('token', username, number, half).replaceAll('-', '')).join(''),
      user_id: keys.id('user', username),
      username,
      is_admin: admin,
      created_at,
      expires_at: later(created_at, 86_400),
      last_used_at: later(created_at, 4 * 3600),
      is_active: false,
    };
  };
  return [{ table: 'auth_tokens', rows: users.flatMap((user) => (user.active ? [session(user, 0), session(user, 1)] : [])) }];
};

export const projectIri = ({ key }: Project, site: string): string => `${site}/projects/${key}`;

/** The rows in the order given, except that those a row names in the columns come before it. */
export const parentsFirst = (rows: readonly Row[], key: string, columns: readonly string[]): Row[] => {
  const byId = new Map(rows.map((row) => [row[key], row]));
  const seen = new Set<Row>();
  const ordered: Row[] = [];
  const visit = (row: Row | undefined): void => {
    if (!row || seen.has(row)) return;
    seen.add(row);
    for (const column of columns) visit(byId.get(row[column]));
    ordered.push(row);
  };
  rows.forEach(visit);
  return ordered;
};
