/** The whole answer as JSON text from one statement. */
const types = { getTypeParser: () => (text) => text };
const ask = async (pool, name, text, values) => (await pool.query({ name, text, values, rowMode: 'array', types })).rows[0]?.[0];

const REQUIREMENT = `'id', requirement_id, 'identifier', requirement_identifier, 'title', requirement_title, 'text', requirement_text`;
const USER = `CASE WHEN u.user_id IS NOT NULL THEN json_build_object('id', u.user_id, 'displayName', u.display_name) END`;

const key = async (pool, { id }) =>
  (await ask(
    pool,
    'key',
    `SELECT json_build_object('data', json_build_object('requirement', json_build_object(${REQUIREMENT},
    'priority', upper(priority), 'state', upper(state), 'version', version, 'createdAt', created_at)))::text
    FROM requirements_enhanced WHERE requirement_id = $1`,
    [id],
  )) ?? '{"data":{"requirement":null}}';

const requirements = (pool, { project, limit }) =>
  ask(
    pool,
    'list',
    `SELECT json_build_object('data', json_build_object('requirements', coalesce(json_agg(row), '[]')))::text FROM (
    SELECT json_build_object(${REQUIREMENT}, 'type', upper(requirement_type), 'priority', upper(priority), 'state', upper(state),
      'category', category, 'version', version, 'createdAt', created_at) AS row
    FROM requirements_enhanced WHERE project_id = $1 ORDER BY requirement_identifier LIMIT $2) rows`,
    [project, limit],
  );

const tree = (pool, { project, limit }) =>
  ask(
    pool,
    'tree',
    `SELECT json_build_object('data', json_build_object('requirements', coalesce(json_agg(row), '[]')))::text FROM (
    SELECT json_build_object(${REQUIREMENT}, 'priority', upper(r.priority),
      'project', json_build_object('id', p.project_id, 'name', p.name, 'domain', p.domain),
      'createdBy', ${USER},
      'constraints', (SELECT coalesce(json_agg(json_build_object('id', constraint_id, 'type', upper(constraint_type),
          'name', constraint_name, 'numericValue', numeric_value::text, 'numericUnit', numeric_unit) ORDER BY constraint_id), '[]')
        FROM requirements_constraints c WHERE c.requirement_id = r.requirement_id),
      'notes', (SELECT coalesce(json_agg(json_build_object('id', note_id, 'type', upper(note_type), 'text', note_text,
          'createdAt', n.created_at, 'createdBy', ${USER}) ORDER BY note_id), '[]')
        FROM requirements_notes n LEFT JOIN users u ON u.user_id = n.created_by WHERE n.requirement_id = r.requirement_id)) AS row
    FROM requirements_enhanced r JOIN projects p USING (project_id) LEFT JOIN users u ON u.user_id = r.created_by
    WHERE project_id = $1 ORDER BY requirement_identifier LIMIT $2) rows`,
    [project, limit],
  );

const pages = (pool, { from }) =>
  ask(
    pool,
    'pages',
    `SELECT json_build_object('data', json_build_object('projects', coalesce(json_agg(row), '[]')))::text FROM (
    SELECT json_build_object('id', project_id, 'name', name, 'domain', domain, 'requirements', (
      SELECT coalesce(json_agg(row), '[]') FROM (
        SELECT json_build_object('id', requirement_id, 'identifier', requirement_identifier, 'title', requirement_title,
          'priority', upper(priority), 'notes', (
          SELECT coalesce(json_agg(row), '[]') FROM (
            SELECT json_build_object('id', note_id, 'text', note_text, 'createdAt', created_at) AS row
            FROM requirements_notes n WHERE n.requirement_id = r.requirement_id ORDER BY note_id LIMIT 3) notes)) AS row
        FROM requirements_enhanced r WHERE r.project_id = p.project_id ORDER BY requirement_identifier LIMIT 10) requirements)) AS row
    FROM projects p WHERE name >= $1 ORDER BY name, project_id LIMIT 20) rows`,
    [from],
  );

const filter = (pool, { project, priority, contains }) =>
  ask(
    pool,
    'filter',
    `SELECT json_build_object('data', json_build_object('requirementsConnection', json_build_object(
      'totalCount', coalesce(max(total), 0), 'edges', coalesce(json_agg(row), '[]'))))::text FROM (
    SELECT json_build_object('node', json_build_object(${REQUIREMENT}, 'priority', upper(priority), 'state', upper(state))) AS row,
      count(*) OVER () AS total
    FROM requirements_enhanced WHERE project_id = $1 AND priority = $2 AND requirement_text LIKE $3
      ORDER BY requirement_identifier LIMIT 20) rows`,
    [project, priority.toLowerCase(), `%${contains.replace(/[\\%_]/g, '\\$&')}%`],
  );

export const answers = { key, list100: requirements, list1000: requirements, tree, pages, filter };
