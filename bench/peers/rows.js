/** What hand-written servers ask PostgreSQL: one named prepared statement for each need, rows as objects. */
import pg from 'pg';

const TIMESTAMPTZ = 1184;

/** "2026-03-01 09:30:00.5+00" -> "2026-03-01T09:30:00.5Z". A Date would cost more, and lose the microseconds. */
const isoTime = (text) => `${text.slice(0, 10)}T${text.slice(11, -3)}Z`;
pg.types.setTypeParser(TIMESTAMPTZ, isoTime);

const REQUIREMENT = `requirement_id AS id, requirement_identifier AS identifier, requirement_title AS title, requirement_text AS text,
  requirement_type AS type, category, priority, state, version, created_at AS "createdAt", project_id AS "projectId",
  created_by AS "createdById"`;
const PROJECT = 'project_id AS id, name, domain';
const CONSTRAINT =
  'constraint_id AS id, requirement_id AS "requirementId", constraint_type AS type, constraint_name AS name, ' +
  'numeric_value AS "numericValue", numeric_unit AS "numericUnit"';
const NOTE =
  'note_id AS id, requirement_id AS "requirementId", note_text AS text, note_type AS type, created_at AS "createdAt", ' +
  'created_by AS "createdById"';

const STATEMENTS = {
  requirement: `SELECT ${REQUIREMENT} FROM requirements_enhanced WHERE requirement_id = $1`,
  requirements: `SELECT ${REQUIREMENT} FROM requirements_enhanced WHERE project_id = $1 ORDER BY requirement_identifier LIMIT $2`,
  projects: `SELECT ${PROJECT} FROM projects WHERE name >= $1 ORDER BY name, project_id LIMIT $2`,
  page: `SELECT ${REQUIREMENT}, count(*) OVER ()::int AS total FROM requirements_enhanced
    WHERE project_id = $1 AND priority = $2 AND requirement_text LIKE $3 ORDER BY requirement_identifier LIMIT $4`,
  projectsById: `SELECT ${PROJECT} FROM projects WHERE project_id = ANY($1)`,
  usersById: 'SELECT user_id AS id, display_name AS "displayName" FROM users WHERE user_id = ANY($1)',
  constraintsOf: `SELECT ${CONSTRAINT} FROM requirements_constraints WHERE requirement_id = ANY($1) ORDER BY constraint_id`,
  notesOf: `SELECT ${NOTE} FROM requirements_notes WHERE requirement_id = ANY($1) ORDER BY note_id`,
  someNotesOf: `SELECT note.* FROM unnest($1::uuid[]) AS parent (id),
    LATERAL (SELECT ${NOTE} FROM requirements_notes WHERE requirement_id = parent.id ORDER BY note_id LIMIT $2) note`,
  requirementsOf: `SELECT requirement.* FROM unnest($1::uuid[]) AS parent (id),
    LATERAL (SELECT ${REQUIREMENT} FROM requirements_enhanced WHERE project_id = parent.id ORDER BY requirement_identifier LIMIT $2)
      requirement`,
};

export const openRows = () => {
  const pool = new pg.Pool({ connectionString: process.env.DATABASE_URL, max: 10, options: '-c TimeZone=UTC' });
  const ask = async (name, ...values) => (await pool.query({ name, text: STATEMENTS[name], values })).rows;
  /** In the order of the keys, missing ones null. */
  const byKey = async (name, ids) => {
    const found = new Map((await ask(name, ids)).map((row) => [row.id, row]));
    return ids.map((id) => found.get(id) ?? null);
  };
  /** The rows of each parent. */
  const grouped = async (name, parent, ids, ...more) => {
    const groups = new Map(ids.map((id) => [id, []]));
    for (const row of await ask(name, ids, ...more)) groups.get(row[parent]).push(row);
    return ids.map((id) => groups.get(id));
  };
  return {
    requirement: async (id) => (await ask('requirement', id))[0] ?? null,
    requirements: (project, limit) => ask('requirements', project, limit),
    projects: (from, limit) => ask('projects', from, limit),
    page: async (project, priority, contains, first) => {
      const rows = await ask('page', project, priority, `%${contains.replace(/[\\%_]/g, '\\$&')}%`, first);
      return { totalCount: rows[0]?.total ?? 0, edges: rows.map((node) => ({ node })) };
    },
    projectsById: (ids) => byKey('projectsById', ids),
    usersById: (ids) => byKey('usersById', ids),
    constraintsOf: (ids) => grouped('constraintsOf', 'requirementId', ids),
    notesOf: (ids, limit) =>
      limit == null ? grouped('notesOf', 'requirementId', ids) : grouped('someNotesOf', 'requirementId', ids, limit),
    requirementsOf: (ids, limit) => grouped('requirementsOf', 'projectId', ids, limit),
  };
};
