import type { Keys } from './graph.js';
import type { Architecture, DemoTable, Entry, Row, Source } from './types.js';

/** Individuals of the system model, and the candidate architectures made of them with their diagrams. */
export const architectureTables = ({ model, architectures }: Source, keys: Keys, site: string): DemoTable[] => {
  const interfaces = new Map(model.interfaces.map((entry) => [entry.key, entry]));
  const components = new Map(model.components.map((entry) => [entry.key, entry]));
  const tables = [
    'configurations',
    'configuration_nodes',
    'configuration_edges',
    'configuration_clusters',
    'configuration_individual_sync',
  ];
  const rows = new Map<string, Row[]>(tables.map((table) => [table, []]));
  for (const architecture of architectures) {
    const place = `architectures.yaml, ${architecture.key}`;
    const parts = architecture.components.map((key) => {
      keys.refer('component', key, place);
      return components.get(key)!;
    });
    const config_id = keys.id('configuration', architecture.key);
    const nodeId = (key: string): string => `${architecture.key}:${key}`;
    const presented = [...new Set(parts.flatMap(({ presents }) => presents))].map((key) => interfaces.get(key)!);
    const node = (type: string, { key, name }: Pick<Entry, 'key' | 'name'>, properties: Row): void => {
      rows.get('configuration_nodes')!.push({
        node_id: nodeId(key),
        config_id,
        node_type: type,
        label: name,
        properties,
        das_metadata: architecture.confidence === undefined ? null : { confidence: architecture.confidence },
        style: { shape: type === 'component' ? 'rectangle' : 'ellipse' },
        metadata: {},
      });
    };
    const edge = (type: string, from: string, to: string): void => {
      rows.get('configuration_edges')!.push({
        edge_id: `${nodeId(from)}-${to}`,
        config_id,
        source_id: nodeId(from),
        target_id: nodeId(to),
        edge_type: type,
        label: type,
        properties: {},
        das_metadata: null,
      });
    };
    rows.get('configurations')!.push(configuration(architecture, parts, keys, site, place));
    const root = architecture.requirement;
    node('requirement', { key: root, name: root }, { requirement_id: keys.refer('requirement', root, place) });
    for (const part of parts) {
      node('component', part, { component_type: part.type });
      edge('deploys', root, part.key);
      for (const key of part.presents) edge('presents', part.key, key);
      rows.get('configuration_individual_sync')!.push({
        sync_id: keys.id('sync', architecture.key, part.key),
        config_id,
        table_id: keys.refer('row', `individual_tables_config ${architecture.ontology}`, place),
        instance_id: keys.id('individual', part.key),
        node_id: nodeId(part.key),
        sync_status: architecture.confidence === undefined ? 'modified' : 'synced',
        last_sync_at: architecture.at,
      });
    }
    for (const each of presented) node('interface', each, { interface_type: each.type });
    for (const type of new Set(parts.map((part) => part.type)))
      rows.get('configuration_clusters')!.push({
        cluster_id: nodeId(type),
        config_id,
        label: type,
        node_ids: parts.filter((part) => part.type === type).map(({ key }) => nodeId(key)),
        metadata: {},
      });
  }
  return [
    { table: 'individual_instances', rows: individuals(model.components, keys, site) },
    ...tables.map((table) => ({ table, rows: rows.get(table)! })),
  ];
};

const configuration = (architecture: Architecture, parts: readonly Entry[], keys: Keys, site: string, place: string): Row => {
  const { key, project, name, requirement, ontology, confidence, by, at } = architecture;
  keys.refer('row', `ontologies_registry ${ontology}`, place);
  return {
    config_id: keys.id('configuration', key),
    project_id: keys.refer('project', project, place),
    name,
    ontology_graph: `${site}/drdp/ontologies/${ontology}`,
    source_requirement: keys.refer('requirement', requirement, place),
    structure: { class: 'Requirement', instance: requirement, deploys: parts.map((part) => ({ class: 'Component', instance: part.name })) },
    das_metadata: confidence === undefined ? null : { confidence, rationale: `${parts.length} components cover ${requirement}` },
    created_by: keys.refer('user', by, place),
    created_at: at,
    modified_at: at,
  };
};

const individuals = (components: readonly Entry[], keys: Keys, site: string): Row[] =>
  components.map(({ key, name, type, description }) => ({
    instance_id: keys.id('individual', key),
    table_id: keys.refer('row', 'individual_tables_config air-system', 'graph.yaml'),
    class_name: 'Component',
    instance_name: name,
    instance_uri: `${site}/drdp/ontologies/air-system#${key}`,
    properties: { component_type: type, description },
    validation_status: 'valid',
    validation_errors: [],
    source_type: 'manual',
    source_reference: null,
    created_by: keys.refer('user', 'lindqvist', 'graph.yaml'),
    created_at: '2025-03-19T09:00:00Z',
    updated_at: '2025-03-19T09:00:00Z',
  }));
