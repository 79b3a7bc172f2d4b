/** Flat rows in array mode, one statement for each level, nothing parsed that is written straight out; JSON text made by hand. */
const types = { getTypeParser: () => (text) => text };

/** Rows as arrays of text. */
const ask = async (pool, name, text, values) => (await pool.query({ name, text, values, rowMode: 'array', types })).rows;

const UNSAFE = /["\\\u0000-\u001f\ud800-\udfff]/;
const string = (text) => (text === null ? 'null' : UNSAFE.test(text) ? JSON.stringify(text) : `"${text}"`);
/** What needs no escape: keys, numbers that travel as text, words of our own. */
const plain = (text) => (text === null ? 'null' : `"${text}"`);
const upper = new Map();
const word = (text) => {
  let json = upper.get(text);
  if (json === undefined) upper.set(text, (json = text === null ? 'null' : `"${text.toUpperCase()}"`));
  return json;
};
const time = (text) => (text === null ? 'null' : `"${text.slice(0, 10)}T${text.slice(11, -3)}Z"`);
const list = (rows, write) => {
  let text = '[';
  for (let index = 0; index < rows.length; index += 1) text += index === 0 ? write(rows[index]) : `,${write(rows[index])}`;
  return `${text}]`;
};
/** The texts of the rows of each parent, commas between; a parent without rows is not in it. */
const grouped = (rows, parent, write) => {
  const groups = new Map();
  for (const row of rows) {
    const before = groups.get(row[parent]);
    groups.set(row[parent], before === undefined ? write(row) : `${before},${write(row)}`);
  }
  return groups;
};

const key = async (pool, { id }) => {
  const [row] = await ask(
    pool,
    'key',
    `SELECT requirement_id, requirement_identifier, requirement_title, requirement_text, priority, state, version, created_at
    FROM requirements_enhanced WHERE requirement_id = $1`,
    [id],
  );
  if (!row) return '{"data":{"requirement":null}}';
  return (
    `{"data":{"requirement":{"id":"${row[0]}","identifier":${string(row[1])},"title":${string(row[2])},` +
    `"text":${string(row[3])},"priority":${word(row[4])},"state":${word(row[5])},"version":${row[6]},` +
    `"createdAt":${time(row[7])}}}}`
  );
};

const writeListed = (row) =>
  `{"id":"${row[0]}","identifier":${string(row[1])},"title":${string(row[2])},"text":${string(row[3])},` +
  `"type":${word(row[4])},"priority":${word(row[5])},"state":${word(row[6])},"category":${string(row[7])},` +
  `"version":${row[8]},"createdAt":${time(row[9])}}`;

const requirements = async (pool, { project, limit }) =>
  `{"data":{"requirements":${list(
    await ask(
      pool,
      'list',
      `SELECT requirement_id, requirement_identifier, requirement_title, requirement_text, requirement_type,
        priority, state, category, version, created_at
      FROM requirements_enhanced WHERE project_id = $1 ORDER BY requirement_identifier LIMIT $2`,
      [project, limit],
    ),
    writeListed,
  )}}}`;

const writeUser = (id, name) => (id === null ? 'null' : `{"id":"${id}","displayName":${string(name)}}`);

const tree = async (pool, { project, limit }) => {
  const rows = await ask(
    pool,
    'tree',
    `SELECT requirement_id, requirement_identifier, requirement_title, requirement_text, r.priority,
      p.project_id, p.name, p.domain, u.user_id, u.display_name
    FROM requirements_enhanced r JOIN projects p USING (project_id) LEFT JOIN users u ON u.user_id = r.created_by
    WHERE project_id = $1 ORDER BY requirement_identifier LIMIT $2`,
    [project, limit],
  );
  const ids = rows.map(([id]) => id);
  const [constraintRows, noteRows] = await Promise.all([
    ask(
      pool,
      'constraints',
      `SELECT requirement_id, constraint_id, constraint_type, constraint_name, numeric_value, numeric_unit
      FROM requirements_constraints WHERE requirement_id = ANY($1) ORDER BY constraint_id`,
      [ids],
    ),
    ask(
      pool,
      'notes',
      `SELECT requirement_id, note_id, note_type, note_text, n.created_at, u.user_id, u.display_name
      FROM requirements_notes n LEFT JOIN users u ON u.user_id = n.created_by WHERE requirement_id = ANY($1) ORDER BY note_id`,
      [ids],
    ),
  ]);
  const constraints = grouped(
    constraintRows,
    0,
    (row) =>
      `{"id":"${row[1]}","type":${word(row[2])},"name":${string(row[3])},"numericValue":${plain(row[4])},"numericUnit":${string(row[5])}}`,
  );
  const notes = grouped(
    noteRows,
    0,
    (row) =>
      `{"id":"${row[1]}","type":${word(row[2])},"text":${string(row[3])},"createdAt":${time(row[4])},` +
      `"createdBy":${writeUser(row[5], row[6])}}`,
  );
  return `{"data":{"requirements":${list(
    rows,
    (row) =>
      `{"id":"${row[0]}","identifier":${string(row[1])},"title":${string(row[2])},"text":${string(row[3])},` +
      `"priority":${word(row[4])},"project":{"id":"${row[5]}","name":${string(row[6])},"domain":${string(row[7])}},` +
      `"createdBy":${writeUser(row[8], row[9])},"constraints":[${constraints.get(row[0]) ?? ''}],` +
      `"notes":[${notes.get(row[0]) ?? ''}]}`,
  )}}}`;
};

const pages = async (pool, { from }) => {
  const projects = await ask(
    pool,
    'projects',
    'SELECT project_id, name, domain FROM projects WHERE name >= $1 ORDER BY name, project_id LIMIT 20',
    [from],
  );
  const rows = await ask(
    pool,
    'requirements',
    `SELECT parent.id, r.* FROM unnest($1::uuid[]) AS parent (id),
    LATERAL (SELECT requirement_id, requirement_identifier, requirement_title, priority FROM requirements_enhanced
      WHERE project_id = parent.id ORDER BY requirement_identifier LIMIT 10) r`,
    [projects.map(([id]) => id)],
  );
  const noteRows = await ask(
    pool,
    'some notes',
    `SELECT parent.id, n.* FROM unnest($1::uuid[]) AS parent (id),
    LATERAL (SELECT note_id, note_text, created_at FROM requirements_notes WHERE requirement_id = parent.id ORDER BY note_id LIMIT 3) n`,
    [rows.map((row) => row[1])],
  );
  const notes = grouped(noteRows, 0, (row) => `{"id":"${row[1]}","text":${string(row[2])},"createdAt":${time(row[3])}}`);
  const below = grouped(
    rows,
    0,
    (row) =>
      `{"id":"${row[1]}","identifier":${string(row[2])},"title":${string(row[3])},"priority":${word(row[4])},` +
      `"notes":[${notes.get(row[1]) ?? ''}]}`,
  );
  const projectOf = (row) =>
    `{"id":"${row[0]}","name":${string(row[1])},"domain":${string(row[2])},"requirements":[${below.get(row[0]) ?? ''}]}`;
  return `{"data":{"projects":${list(projects, projectOf)}}}`;
};

const filter = async (pool, { project, priority, contains }) => {
  const rows = await ask(
    pool,
    'filter',
    `SELECT requirement_id, requirement_identifier, requirement_title, requirement_text, priority, state, count(*) OVER ()
    FROM requirements_enhanced WHERE project_id = $1 AND priority = $2 AND requirement_text LIKE $3
    ORDER BY requirement_identifier LIMIT 20`,
    [project, priority.toLowerCase(), `%${contains.replace(/[\\%_]/g, '\\$&')}%`],
  );
  return `{"data":{"requirementsConnection":{"totalCount":${rows.length > 0 ? rows[0][6] : 0},"edges":${list(
    rows,
    (row) =>
      `{"node":{"id":"${row[0]}","identifier":${string(row[1])},"title":${string(row[2])},"text":${string(row[3])},` +
      `"priority":${word(row[4])},"state":${word(row[5])}}}`,
  )}}}}`;
};

export const answers = { key, list100: requirements, list1000: requirements, tree, pages, filter };
