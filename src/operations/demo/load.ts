import { readdirSync, readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { documentTables, parseDocument } from './documents.js';
import { graphOf, Keys } from './graph.js';
import type { Constraint, Demo, DemoTable, Model, Project, Requirement, Revision, Row, Source } from './types.js';

const TENANT = '00000000-0000-0000-0000-000000000000';
const SITE = 'https://odras.example';
/** Who publishes requirements. */
const PUBLISHER = 'okafor';

/**
 * Reads the demonstration data. Neither clock nor chance has a part in it: two readings give the same.
 *
 * @throws Error naming file, entry and key when a reference leads nowhere
 */
export const loadDemo = (folder: URL): Demo => {
  const root = folder.pathname.endsWith('/') ? folder : new URL(`${folder.href}/`);
  const keys = new Keys();
  const source = read(root, keys);
  const tables: DemoTable[] = [
    ...programmeTables(source, keys),
    ...documentTables(source.documents, keys, SITE),
    ...requirementTables(source, keys),
  ];
  return { tables, ...graphOf(source, keys) };
};

const read = (root: URL, keys: Keys): Source => {
  const text = (path: string): string => readFileSync(new URL(path, root), 'utf8').replaceAll('\r\n', '\n');
  const list = (path: string, ending: string): string[] =>
    readdirSync(new URL(`${path}/`, root))
      .filter((name) => name.endsWith(ending))
      .sort()
      .map((name) => `${path}/${name}`);

  const { users, projects } = parse(text('programme.yaml')) as Pick<Source, 'users' | 'projects'>;
  for (const { username } of users) keys.declare('user', username, 'programme.yaml');
  for (const { key } of projects) keys.declare('project', key, 'programme.yaml');

  const model = parse(text('graph.yaml')) as Model;
  for (const { key } of model.components) keys.declare('component', key, 'graph.yaml');
  for (const { key } of model.interfaces) keys.declare('interface', key, 'graph.yaml');
  for (const { key } of model.processes) keys.declare('process', key, 'graph.yaml');
  for (const { key } of model.functions) keys.declare('function', key, 'graph.yaml');
  for (const { key } of model.conditions) keys.declare('condition', key, 'graph.yaml');

  const requirements = list('requirements', '.yaml').flatMap((path) => {
    const file = parse(text(path)) as { readonly project: string; readonly requirements: readonly Requirement[] };
    const project = projects.find(({ key }) => key === file.project);
    if (!project) throw new Error(`${path}, project: there is no project "${file.project}".`);
    return file.requirements.map((requirement) => ({ requirement, project, place: `${path}, ${requirement.id}` }));
  });
  for (const { requirement, place } of requirements) keys.declare('requirement', requirement.id, place);

  const documents = list('documents', '.md').map((path) => parseDocument(path, text(path)));
  for (const document of documents) keys.declareDocument(document);
  return { users, projects, model, requirements, documents };
};

const programmeTables = ({ users, projects }: Source, keys: Keys): DemoTable[] => {
  const placeOf = (project: Project): string => `programme.yaml, ${project.key}`;
  const userRows = users.map((user) => ({
    user_id: keys.id('user', user.username),
    username: user.username,
    display_name: user.displayName,
    password_hash: null,
    is_admin: user.admin,
    is_active: user.active,
    iri: `${SITE}/users/${user.username}`,
    tenant_id: TENANT,
    created_at: user.created,
    updated_at: user.created,
  }));
  const projectRows = projects.map((project) => ({
    project_id: keys.id('project', project.key),
    name: project.name,
    description: project.description,
    namespace_id: null,
    domain: project.domain,
    status: 'active',
    created_by: keys.refer('user', project.createdBy, placeOf(project)),
    created_at: project.created,
    updated_at: project.created,
    is_active: true,
    iri: projectIri(project),
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

const requirementTables = ({ requirements }: Source, keys: Keys): DemoTable[] => {
  const projectOf = new Map(requirements.map(({ requirement, project }) => [requirement.id, project]));
  const main: Row[] = [];
  const constraints: Row[] = [];
  const notes: Row[] = [];
  const history: Row[] = [];
  for (const { requirement, project, place } of requirements) {
    const { id, created, verification, source, importedFrom, revisions = [] } = requirement;
    const requirement_id = keys.id('requirement', id);
    const created_by = keys.refer('user', requirement.createdBy, place);
    const last = revisions.reduce<Revision | undefined>(
      (latest, revision) => (latest && latest.at > revision.at ? latest : revision),
      undefined,
    );
    const published = requirement.state === 'published';
    const origin = importedFrom === undefined ? undefined : projectOf.get(importedFrom);
    main.push({
      requirement_id,
      project_id: keys.id('project', project.key),
      requirement_identifier: id,
      requirement_title: requirement.title,
      requirement_text: requirement.text,
      requirement_rationale: requirement.rationale ?? null,
      requirement_type: requirement.type,
      category: requirement.category,
      priority: requirement.priority,
      state: requirement.state,
      is_immutable: importedFrom !== undefined,
      source_requirement_id: keys.referIf('requirement', importedFrom, place),
      source_project_id: origin ? keys.id('project', origin.key) : null,
      source_project_iri: origin ? projectIri(origin) : null,
      source_document_id: source ? keys.file(source.document, place) : null,
      source_section: source?.section ?? null,
      parent_requirement_id: keys.referIf('requirement', requirement.parent, place),
      derived_from_requirement_id: keys.referIf('requirement', requirement.derivedFrom, place),
      verification_method: verification?.method ?? null,
      verification_criteria: verification?.criteria ?? null,
      verification_status: verification?.status ?? 'not_started',
      is_published: published,
      published_at: published ? (project.publishedAt ?? created) : null,
      published_by: published ? keys.refer('user', PUBLISHER, place) : null,
      iri: `${SITE}/requirements/${id}`,
      tags: requirement.tags ?? [],
      metadata: {},
      created_by,
      created_at: created,
      updated_by: keys.referIf('user', last?.by, place),
      updated_at: last?.at ?? created,
      version: 1 + revisions.filter(({ change }) => change === 'text_updated').length,
    });
    for (const [index, constraint] of (requirement.constraints ?? []).entries()) {
      constraints.push({
        constraint_id: keys.id('constraint', id, index),
        requirement_id,
        ...constraintColumns(constraint, `${place}, constraint ${index}`),
        created_by,
        created_at: created,
        updated_at: created,
      });
    }
    for (const [index, note] of (requirement.notes ?? []).entries()) {
      notes.push({
        note_id: keys.id('note', id, index),
        requirement_id,
        note_text: note.text,
        note_type: note.type,
        is_resolved: note.resolved !== undefined,
        resolved_at: note.resolved?.at ?? null,
        resolved_by: keys.referIf('user', note.resolved?.by, `${place}, note ${index}`),
        resolution_text: note.resolved?.text ?? null,
        visibility: note.visibility,
        created_by: keys.refer('user', note.by, `${place}, note ${index}`),
        created_at: note.at,
        updated_at: note.resolved?.at ?? note.at,
      });
    }
    for (const [index, revision] of revisions.entries()) {
      history.push({
        history_id: keys.id('history', id, index),
        requirement_id,
        change_type: revision.change,
        field_name: revision.field ?? null,
        old_value: revision.old ?? null,
        new_value: revision.new ?? null,
        change_reason: revision.reason ?? null,
        changed_by: keys.refer('user', revision.by, `${place}, revision ${index}`),
        changed_at: revision.at,
        version_before: revision.from,
        version_after: revision.to,
      });
    }
  }
  return [
    {
      table: 'requirements_enhanced',
      rows: parentsFirst(main, 'requirement_id', ['parent_requirement_id', 'derived_from_requirement_id']),
    },
    { table: 'requirements_constraints', rows: constraints },
    { table: 'requirements_notes', rows: notes },
    { table: 'requirements_history', rows: history },
  ];
};

const constraintColumns = (constraint: Constraint, place: string): Row => {
  const { value, range, unit = null, text, enumeration, equation } = constraint;
  return {
    constraint_type: constraint.type,
    constraint_name: constraint.name,
    constraint_description: constraint.description,
    value_type: valueType(constraint, place),
    numeric_value: value ?? null,
    numeric_unit: value === undefined ? null : unit,
    range_min: range?.[0] ?? null,
    range_max: range?.[1] ?? null,
    range_unit: range ? unit : null,
    text_value: text ?? null,
    enumeration_values: enumeration ?? null,
    equation_expression: equation ?? null,
    measurement_method: constraint.measurement ?? null,
    tolerance: constraint.tolerance ?? null,
    tolerance_unit: constraint.toleranceUnit ?? null,
    priority: constraint.priority ?? 'medium',
  };
};

const valueType = ({ value, range, text, enumeration, equation }: Constraint, place: string): string => {
  if (value !== undefined) return 'numeric';
  if (range) return 'range';
  if (enumeration) return 'enumeration';
  if (equation !== undefined) return 'equation';
  if (text === undefined) throw new Error(`${place}: it has no value.`);
  return text === 'true' || text === 'false' ? 'boolean' : 'text';
};

const projectIri = ({ key }: Project): string => `${SITE}/projects/${key}`;

/** The rows in the order given, except that those a row names in the columns come before it. */
const parentsFirst = (rows: readonly Row[], key: string, columns: readonly string[]): Row[] => {
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
