import { ORPHANED_AT } from './documents.js';
import type { Keys } from './graph.js';
import type { DemoTable, Project, Row, Source } from './types.js';

interface Happening {
  readonly key: string;
  readonly type: string;
  readonly project: string;
  readonly user: string;
  readonly at: string;
  readonly summary: string;
  readonly details: Row;
  readonly endpoint: string;
}

/** The events that ODRAS records when projects are created, and documents uploaded and published. */
export const activityTables = ({ users, projects, documents }: Source, keys: Keys): DemoTable[] => {
  const nameOf = new Map(users.map(({ username, displayName }) => [username, displayName]));
  const happenings = [
    // ODRAS captures these twice.
    ...projects.flatMap((project) => [created(project, 'endpoint'), created(project, 'middleware')]),
    ...documents.flatMap(({ key, front }): Happening[] => {
      const of = { project: front.project, user: front.createdBy, details: { title: front.title } };
      const asset = '/api/knowledge/assets';
      return [
        {
          ...of,
          key: `uploaded ${key}`,
          type: 'file_uploaded',
          at: front.created,
          summary: `Uploaded ${front.file}`,
          endpoint: '/api/files/upload',
        },
        {
          ...of,
          key: `asset ${key}`,
          type: 'knowledge_asset_created',
          at: later(front.created, 60),
          summary: `Processed ${front.file}`,
          endpoint: asset,
        },
        ...(front.public
          ? [
              {
                ...of,
                key: `public ${key}`,
                type: 'knowledge_asset_published',
                at: later(front.created, 600),
                summary: `Made ${front.title} public`,
                endpoint: asset,
              },
            ]
          : []),
        ...(front.orphaned === undefined
          ? []
          : [
              {
                ...of,
                key: `deleted ${key}`,
                type: 'file_deleted',
                at: ORPHANED_AT,
                summary: `Deleted ${front.file}`,
                endpoint: '/api/files',
              },
            ]),
      ];
    }),
  ];
  const rows = happenings.map((happening): Row => {
    const { key, type, project, user, at, summary, details, endpoint } = happening;
    return {
      event_id: keys.id('event', key),
      project_thread_id: keys.refer('row', `project_thread ${project}`, 'rows/activity.yaml'),
      project_id: keys.id('project', project),
      user_id: keys.id('user', user),
      event_type: type,
      event_data: { summary, details, endpoint, method: type === 'file_deleted' ? 'DELETE' : 'POST', response_time: 0.25, timestamp: at },
      context_snapshot: { username: user, event_id: keys.id('event', key) },
      semantic_summary: `${nameOf.get(user)}: ${summary}`,
      created_at: at,
    };
  });
  return [{ table: 'project_event', rows }];
};

const created = ({ key, name, createdBy, created: at }: Project, captured: 'endpoint' | 'middleware'): Happening => ({
  key: `created ${key} ${captured}`,
  type: 'project_created',
  project: key,
  user: createdBy,
  at: captured === 'endpoint' ? at : later(at, 1),
  summary: `Created ${name}`,
  details: { captured },
  endpoint: '/api/projects',
});

/** A time some seconds later. */
export const later = (time: string, seconds: number): string =>
  new Date(Date.parse(time) + seconds * 1000).toISOString().replace('.000Z', 'Z');
