import type { Keys } from './graph.js';
import { parentsFirst, projectIri } from './programme.js';
import type { Constraint, DemoTable, Revision, Row, Source } from './types.js';

/** Who publishes requirements. */
const PUBLISHER = 'okafor';

/** @param site what IRIs start with */
export const requirementTables = ({ requirements }: Source, keys: Keys, site: string): DemoTable[] => {
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
      source_project_iri: origin ? projectIri(origin, site) : null,
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
      iri: `${site}/requirements/${id}`,
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
