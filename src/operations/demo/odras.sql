-- The relational schema of ODRAS (Ontology-Driven Requirements Analysis System): 64 tables, one view, and the rows
-- every installation starts with. For an empty PostgreSQL 15 or later, or PGlite with its uuid_ossp extension loaded.
--
-- Names, types, keys and rules are those of ODRAS, so that what works here works there; function bodies are our own.
-- Hence also some oddities kept on purpose: keys of several types, indexes that repeat a unique key, project ids without
-- a foreign key, and columns updated_at that nothing updates.
-- Left out: update_extraction_job_stats() and idx_configurations_created_month, which cannot work in ODRAS either.
--
-- Run it as one transaction. It opens none itself, and running it again is harmless.

CREATE EXTENSION IF NOT EXISTS "uuid-ossp";

-- ODRAS stamps updated_at through six functions of different names; all of them do the same.
CREATE OR REPLACE FUNCTION update_updated_at_column() RETURNS trigger LANGUAGE plpgsql AS
  $$ BEGIN NEW.updated_at := now(); RETURN NEW; END $$;
CREATE OR REPLACE FUNCTION update_users_updated_at() RETURNS trigger LANGUAGE plpgsql AS
  $$ BEGIN NEW.updated_at := now(); RETURN NEW; END $$;
CREATE OR REPLACE FUNCTION update_domain_registry_updated_at() RETURNS trigger LANGUAGE plpgsql AS
  $$ BEGIN NEW.updated_at := now(); RETURN NEW; END $$;
CREATE OR REPLACE FUNCTION update_projects_updated_at() RETURNS trigger LANGUAGE plpgsql AS
  $$ BEGIN NEW.updated_at := now(); RETURN NEW; END $$;
CREATE OR REPLACE FUNCTION update_files_updated_at() RETURNS trigger LANGUAGE plpgsql AS
  $$ BEGIN NEW.updated_at := now(); RETURN NEW; END $$;
CREATE OR REPLACE FUNCTION update_cqs_updated_at() RETURNS trigger LANGUAGE plpgsql AS
  $$ BEGIN NEW.updated_at := now(); RETURN NEW; END $$;

-- =====================================================================================================================
-- Identity: tenants, accounts, and login sessions.
-- =====================================================================================================================

-- The tenant with the all-zero id is the system tenant, the default wherever a tenant is named.
CREATE TABLE IF NOT EXISTS tenants (
  tenant_id         uuid          PRIMARY KEY DEFAULT gen_random_uuid(),
  tenant_code       varchar(50)   NOT NULL UNIQUE CHECK (tenant_code ~ '^[a-z0-9][a-z0-9-]*[a-z0-9]$')
    CHECK (length(tenant_code) BETWEEN 3 AND 50),
  tenant_name       varchar(255)  NOT NULL,
  tenant_type       varchar(50)            DEFAULT 'organization',
  parent_tenant_id  uuid                   REFERENCES tenants (tenant_id),
  max_projects      integer                DEFAULT 1000,
  max_users         integer                DEFAULT 500,
  max_storage_gb    integer                DEFAULT 100,
  base_iri          varchar(1000) NOT NULL,
  custom_domain     varchar(255),
  features_enabled  text[]                 DEFAULT '{}',
  status            varchar(20)            DEFAULT 'active' CHECK (status IN ('active', 'suspended', 'archived')),
  subscription_tier varchar(20)            DEFAULT 'basic',
  created_by        uuid,
  created_at        timestamptz            DEFAULT now(),
  updated_at        timestamptz            DEFAULT now()
);
CREATE INDEX IF NOT EXISTS idx_tenants_status      ON tenants (status) WHERE status = 'active';
CREATE INDEX IF NOT EXISTS idx_tenants_tenant_code ON tenants (tenant_code);
CREATE OR REPLACE TRIGGER update_tenants_updated_at BEFORE UPDATE ON tenants
  FOR EACH ROW EXECUTE FUNCTION update_updated_at_column();

-- Accounts.
CREATE TABLE IF NOT EXISTS users (
  user_id       uuid          PRIMARY KEY DEFAULT gen_random_uuid(),
  username      varchar(255)  NOT NULL UNIQUE,
  display_name  varchar(255)  NOT NULL,
  password_hash varchar(255),
  salt          varchar(255),
  is_admin      boolean                DEFAULT false,
  is_active     boolean                DEFAULT true,
  iri           varchar(1000)          UNIQUE,
  tenant_id     uuid          NOT NULL DEFAULT '00000000-0000-0000-0000-000000000000' REFERENCES tenants (tenant_id),
  created_at    timestamptz            DEFAULT now(),
  updated_at    timestamptz            DEFAULT now()
);
CREATE INDEX IF NOT EXISTS idx_users_iri       ON users (iri);
CREATE INDEX IF NOT EXISTS idx_users_is_active ON users (is_active);
CREATE INDEX IF NOT EXISTS idx_users_is_admin  ON users (is_admin);
CREATE INDEX IF NOT EXISTS idx_users_tenant_id ON users (tenant_id);
CREATE INDEX IF NOT EXISTS idx_users_username  ON users (username);
CREATE OR REPLACE TRIGGER update_users_updated_at BEFORE UPDATE ON users
  FOR EACH ROW EXECUTE FUNCTION update_users_updated_at();

-- tenants and users refer to each other, so this key has to wait for both; ADD CONSTRAINT knows no IF NOT EXISTS.
DO $$
BEGIN
  IF NOT EXISTS (SELECT FROM pg_constraint
                 WHERE conrelid = 'tenants'::regclass AND conname = 'tenants_created_by_fkey') THEN
    ALTER TABLE tenants ADD CONSTRAINT tenants_created_by_fkey FOREIGN KEY (created_by) REFERENCES users (user_id);
  END IF;
END $$;

-- Who belongs to which tenant.
CREATE TABLE IF NOT EXISTS tenant_members (
  tenant_id  uuid        NOT NULL REFERENCES tenants (tenant_id) ON DELETE CASCADE,
  user_id    uuid        NOT NULL REFERENCES users (user_id) ON DELETE CASCADE,
  role       varchar(50)          DEFAULT 'member' CHECK (role IN ('admin', 'member', 'viewer')),
  joined_at  timestamptz          DEFAULT now(),
  invited_by uuid                 REFERENCES users (user_id),
  PRIMARY KEY (tenant_id, user_id)
);
CREATE INDEX IF NOT EXISTS idx_tenant_members_tenant_id ON tenant_members (tenant_id);
CREATE INDEX IF NOT EXISTS idx_tenant_members_user_id   ON tenant_members (user_id);

-- One row for each bearer token issued; only its SHA-256 is kept, as hex.
CREATE TABLE IF NOT EXISTS auth_tokens (
  token_id     uuid         PRIMARY KEY DEFAULT gen_random_uuid(),
  token_hash   varchar(64)  NOT NULL UNIQUE,
  user_id      uuid         NOT NULL REFERENCES users (user_id) ON DELETE CASCADE,
  username     varchar(255) NOT NULL,
  is_admin     boolean      NOT NULL DEFAULT false,
  created_at   timestamptz           DEFAULT now(),
  expires_at   timestamptz           DEFAULT now() + interval '24 hours',
  last_used_at timestamptz           DEFAULT now(),
  is_active    boolean               DEFAULT true
);
CREATE INDEX IF NOT EXISTS idx_auth_tokens_expires_at ON auth_tokens (expires_at);
CREATE INDEX IF NOT EXISTS idx_auth_tokens_is_active  ON auth_tokens (is_active);
CREATE INDEX IF NOT EXISTS idx_auth_tokens_token_hash ON auth_tokens (token_hash);
CREATE INDEX IF NOT EXISTS idx_auth_tokens_user_id    ON auth_tokens (user_id);

-- Deletes the sessions that have expired; answers how many.
CREATE OR REPLACE FUNCTION cleanup_expired_tokens() RETURNS integer LANGUAGE plpgsql AS $$
DECLARE
  deleted integer;
BEGIN
  DELETE FROM auth_tokens WHERE expires_at < now();
  GET DIAGNOSTICS deleted = ROW_COUNT;
  RETURN deleted;
END $$;

-- Notes that a session was used just now.
CREATE OR REPLACE FUNCTION update_token_last_used(hash varchar) RETURNS void LANGUAGE sql AS $$
  UPDATE auth_tokens SET last_used_at = now() WHERE token_hash = hash AND is_active;
$$;

-- =====================================================================================================================
-- Naming: what this installation is called, and the registries from which IRIs are minted.
-- =====================================================================================================================

-- Settings of the installation (one row), among them which file and RAG pipeline is used.
CREATE TABLE IF NOT EXISTS installation_config (
  id                             uuid         PRIMARY KEY DEFAULT gen_random_uuid(),
  installation_name              varchar(255) NOT NULL,
  installation_type              varchar(50)  NOT NULL,
  top_level_domain               varchar(10)  NOT NULL,
  base_uri                       varchar(500) NOT NULL UNIQUE,
  organization                   varchar(255) NOT NULL,
  program_office                 varchar(255),
  authority_contact              varchar(255),
  rag_implementation             varchar(20)  NOT NULL DEFAULT 'hardcoded',
  rag_bpmn_model                 varchar(100),
  rag_model_version              varchar(20),
  file_processing_implementation varchar(20)  NOT NULL DEFAULT 'hardcoded',
  is_active                      boolean               DEFAULT true,
  created_at                     timestamptz           DEFAULT now(),
  updated_at                     timestamptz           DEFAULT now()
);
CREATE INDEX IF NOT EXISTS idx_installation_config_base_uri ON installation_config (base_uri);

-- Prefixes of organisations.
CREATE TABLE IF NOT EXISTS prefix_registry (
  id          uuid         PRIMARY KEY DEFAULT gen_random_uuid(),
  prefix      varchar(50)  NOT NULL UNIQUE,
  description text         NOT NULL,
  owner       varchar(255) NOT NULL,
  status      varchar(50)           DEFAULT 'active' CHECK (status IN ('active', 'deprecated', 'archived')),
  created_at  timestamp             DEFAULT now(),
  updated_at  timestamp             DEFAULT now(),
  created_by  varchar(255) NOT NULL,
  CONSTRAINT prefix_format_check CHECK (prefix ~ '^[a-z][a-z0-9]{1,19}$')
);
CREATE INDEX IF NOT EXISTS idx_prefix_registry_prefix ON prefix_registry (prefix);
CREATE INDEX IF NOT EXISTS idx_prefix_registry_status ON prefix_registry (status);

-- Domains a project may name.
CREATE TABLE IF NOT EXISTS domain_registry (
  id          uuid         PRIMARY KEY DEFAULT gen_random_uuid(),
  domain      varchar(100) NOT NULL UNIQUE,
  description text         NOT NULL,
  owner       varchar(255) NOT NULL,
  status      varchar(50)           DEFAULT 'active' CHECK (status IN ('active', 'deprecated', 'archived')),
  created_at  timestamptz           DEFAULT now(),
  updated_at  timestamptz           DEFAULT now(),
  created_by  varchar(255) NOT NULL,
  CONSTRAINT domain_format_check CHECK (domain ~ '^[a-z][a-z0-9-]{1,49}$')
);
CREATE INDEX IF NOT EXISTS idx_domain_registry_domain ON domain_registry (domain);
CREATE INDEX IF NOT EXISTS idx_domain_registry_status ON domain_registry (status);
CREATE OR REPLACE TRIGGER trigger_domain_registry_updated_at BEFORE UPDATE ON domain_registry
  FOR EACH ROW EXECUTE FUNCTION update_domain_registry_updated_at();

-- Namespaces. Deleting one deletes its projects.
CREATE TABLE IF NOT EXISTS namespace_registry (
  id          uuid         PRIMARY KEY DEFAULT gen_random_uuid(),
  name        varchar(255) NOT NULL,
  type        varchar(50)  NOT NULL
    CHECK (type IN ('core', 'service', 'domain', 'program', 'project', 'industry', 'vocab', 'shapes', 'align')),
  path        varchar(500) NOT NULL,
  prefix      varchar(100) NOT NULL UNIQUE,
  status      varchar(50)           DEFAULT 'draft' CHECK (status IN ('draft', 'released', 'deprecated')),
  owners      text[],
  description text,
  created_at  timestamp             DEFAULT now(),
  updated_at  timestamp             DEFAULT now(),
  UNIQUE (name, type)
);
CREATE INDEX IF NOT EXISTS idx_namespace_registry_status ON namespace_registry (status);
CREATE INDEX IF NOT EXISTS idx_namespace_registry_type   ON namespace_registry (type);

-- Versions of a namespace.
CREATE TABLE IF NOT EXISTS namespace_versions (
  id           uuid          PRIMARY KEY DEFAULT gen_random_uuid(),
  namespace_id uuid                   REFERENCES namespace_registry (id) ON DELETE CASCADE,
  version      varchar(50)   NOT NULL,
  version_iri  varchar(1000) NOT NULL,
  status       varchar(50)            DEFAULT 'draft' CHECK (status IN ('draft', 'released', 'deprecated')),
  created_at   timestamp              DEFAULT now(),
  released_at  timestamp,
  UNIQUE (namespace_id, version)
);
CREATE INDEX IF NOT EXISTS idx_namespace_versions_namespace_id ON namespace_versions (namespace_id);
CREATE INDEX IF NOT EXISTS idx_namespace_versions_status       ON namespace_versions (status);

-- Classes listed in a version of a namespace.
CREATE TABLE IF NOT EXISTS namespace_classes (
  id         uuid          PRIMARY KEY DEFAULT gen_random_uuid(),
  version_id uuid                   REFERENCES namespace_versions (id) ON DELETE CASCADE,
  local_name varchar(255)  NOT NULL,
  label      varchar(500)  NOT NULL,
  iri        varchar(1000) NOT NULL,
  comment    text,
  created_at timestamp              DEFAULT now(),
  updated_at timestamp              DEFAULT now(),
  UNIQUE (version_id, local_name)
);
CREATE INDEX IF NOT EXISTS idx_namespace_classes_version_id ON namespace_classes (version_id);

-- Which namespace builds on which. Unused by the ODRAS backend.
CREATE TABLE IF NOT EXISTS namespace_imports (
  id                  uuid      PRIMARY KEY DEFAULT gen_random_uuid(),
  source_namespace_id uuid      REFERENCES namespace_registry (id) ON DELETE CASCADE,
  target_namespace_id uuid      REFERENCES namespace_registry (id) ON DELETE CASCADE,
  target_version_id   uuid      REFERENCES namespace_versions (id) ON DELETE CASCADE,
  created_at          timestamp DEFAULT now(),
  UNIQUE (source_namespace_id, target_namespace_id)
);
CREATE INDEX IF NOT EXISTS idx_namespace_imports_source ON namespace_imports (source_namespace_id);
CREATE INDEX IF NOT EXISTS idx_namespace_imports_target ON namespace_imports (target_namespace_id);

-- =====================================================================================================================
-- Projects: the lattice of projects, its members, and the links across it.
-- =====================================================================================================================

-- Projects, on levels 0 to 3 of the lattice.
CREATE TABLE IF NOT EXISTS projects (
  project_id         uuid          PRIMARY KEY DEFAULT gen_random_uuid(),
  name               varchar(255)  NOT NULL,
  description        text,
  namespace_id       uuid                   REFERENCES namespace_registry (id) ON DELETE CASCADE,
  domain             varchar(255),
  status             varchar(50)            DEFAULT 'active' CHECK (status IN ('active', 'archived', 'deprecated')),
  created_by         uuid                   REFERENCES users (user_id) ON DELETE SET NULL,
  created_at         timestamptz            DEFAULT now(),
  updated_at         timestamptz            DEFAULT now(),
  is_active          boolean                DEFAULT true,
  iri                varchar(1000)          UNIQUE,
  project_level      integer                CHECK (project_level IN (0, 1, 2, 3)),
  parent_project_id  uuid                   REFERENCES projects (project_id) ON DELETE SET NULL,
  publication_status varchar(20)            DEFAULT 'draft'
    CHECK (publication_status IN ('draft', 'review', 'published', 'deprecated')),
  published_at       timestamptz,
  published_by       uuid                   REFERENCES users (user_id),
  tenant_id          uuid          NOT NULL DEFAULT '00000000-0000-0000-0000-000000000000'
    REFERENCES tenants (tenant_id),
  CONSTRAINT no_self_parent CHECK (project_id <> parent_project_id)
);
CREATE INDEX IF NOT EXISTS idx_projects_created_by   ON projects (created_by);
CREATE INDEX IF NOT EXISTS idx_projects_domain       ON projects (domain);
CREATE INDEX IF NOT EXISTS idx_projects_iri          ON projects (iri);
CREATE INDEX IF NOT EXISTS idx_projects_level        ON projects (project_level);
CREATE INDEX IF NOT EXISTS idx_projects_name         ON projects (name);
CREATE INDEX IF NOT EXISTS idx_projects_namespace_id ON projects (namespace_id);
CREATE INDEX IF NOT EXISTS idx_projects_parent       ON projects (parent_project_id);
CREATE INDEX IF NOT EXISTS idx_projects_publication  ON projects (publication_status);
CREATE INDEX IF NOT EXISTS idx_projects_status       ON projects (status);
CREATE OR REPLACE TRIGGER trigger_projects_updated_at BEFORE UPDATE ON projects
  FOR EACH ROW EXECUTE FUNCTION update_projects_updated_at();

-- Who belongs to which project, and in which role.
CREATE TABLE IF NOT EXISTS project_members (
  user_id    uuid        NOT NULL REFERENCES users (user_id) ON DELETE CASCADE,
  project_id uuid        NOT NULL REFERENCES projects (project_id) ON DELETE CASCADE,
  role       varchar(50)          DEFAULT 'member',
  joined_at  timestamptz          DEFAULT now(),
  PRIMARY KEY (user_id, project_id)
);
CREATE INDEX IF NOT EXISTS idx_project_members_project_id ON project_members (project_id);
CREATE INDEX IF NOT EXISTS idx_project_members_user_id    ON project_members (user_id);

-- Sideways relations between projects ("cousins").
CREATE TABLE IF NOT EXISTS project_relationships (
  relationship_id   uuid        PRIMARY KEY DEFAULT gen_random_uuid(),
  source_project_id uuid        NOT NULL REFERENCES projects (project_id) ON DELETE CASCADE,
  target_project_id uuid        NOT NULL REFERENCES projects (project_id) ON DELETE CASCADE,
  relationship_type varchar(50) NOT NULL,
  description       text,
  created_by        uuid                 REFERENCES users (user_id),
  created_at        timestamptz          DEFAULT now(),
  UNIQUE (source_project_id, target_project_id, relationship_type),
  CHECK (source_project_id <> target_project_id)
);
CREATE INDEX IF NOT EXISTS idx_project_relationships_source ON project_relationships (source_project_id);
CREATE INDEX IF NOT EXISTS idx_project_relationships_target ON project_relationships (target_project_id);

-- A knowledge link between projects of different domains, proposed and then approved or rejected.
CREATE TABLE IF NOT EXISTS cross_domain_knowledge_links (
  link_id            uuid             PRIMARY KEY DEFAULT gen_random_uuid(),
  source_project_id  uuid             NOT NULL REFERENCES projects (project_id) ON DELETE CASCADE,
  target_project_id  uuid             NOT NULL REFERENCES projects (project_id) ON DELETE CASCADE,
  link_type          varchar(50)      NOT NULL,
  source_element_iri text,
  target_element_iri text,
  identified_by      varchar(50)      NOT NULL,
  confidence         double precision,
  status             varchar(20)               DEFAULT 'proposed'
    CHECK (status IN ('proposed', 'approved', 'rejected')),
  approved_by        uuid                      REFERENCES users (user_id),
  approved_at        timestamptz,
  created_by         uuid                      REFERENCES users (user_id),
  created_at         timestamptz               DEFAULT now(),
  UNIQUE (source_project_id, target_project_id, link_type)
);
CREATE INDEX IF NOT EXISTS idx_knowledge_links_source ON cross_domain_knowledge_links (source_project_id);
CREATE INDEX IF NOT EXISTS idx_knowledge_links_target ON cross_domain_knowledge_links (target_project_id);

-- Which events of another project (or of any) a project listens to.
CREATE TABLE IF NOT EXISTS project_event_subscriptions (
  subscription_id   uuid         PRIMARY KEY DEFAULT gen_random_uuid(),
  project_id        uuid         NOT NULL REFERENCES projects (project_id) ON DELETE CASCADE,
  event_type        varchar(100) NOT NULL,
  source_project_id uuid                  REFERENCES projects (project_id) ON DELETE CASCADE,
  is_active         boolean               DEFAULT true,
  created_at        timestamptz           DEFAULT now()
);
CREATE INDEX IF NOT EXISTS idx_event_subs_project ON project_event_subscriptions (project_id);
CREATE INDEX IF NOT EXISTS idx_event_subs_type    ON project_event_subscriptions (event_type);

-- Assumptions that users recorded while talking to the assistant.
CREATE TABLE IF NOT EXISTS project_assumptions (
  assumption_id        uuid        PRIMARY KEY DEFAULT gen_random_uuid(),
  project_id           uuid        NOT NULL REFERENCES projects (project_id) ON DELETE CASCADE,
  content              text        NOT NULL,
  created_at           timestamptz          DEFAULT now(),
  created_by           uuid                 REFERENCES users (user_id),
  conversation_context text,
  status               varchar(50)          DEFAULT 'active'
    CHECK (status IN ('active', 'validated', 'invalidated', 'archived')),
  notes                text
);
CREATE INDEX IF NOT EXISTS idx_assumptions_created_at ON project_assumptions (created_at);
CREATE INDEX IF NOT EXISTS idx_assumptions_project    ON project_assumptions (project_id);

-- =====================================================================================================================
-- Files and knowledge: uploads, and the chunked texts made from them.
-- =====================================================================================================================

-- Metadata of uploaded files. No foreign key to projects: a file outlives its project.
CREATE TABLE IF NOT EXISTS files (
  id                      uuid          PRIMARY KEY DEFAULT gen_random_uuid(),
  tenant_id               uuid          NOT NULL DEFAULT '00000000-0000-0000-0000-000000000000'
    REFERENCES tenants (tenant_id),
  project_id              uuid          NOT NULL,
  filename                varchar(500)  NOT NULL,
  original_filename       varchar(500),
  content_type            varchar(200),
  file_size               bigint        NOT NULL,
  storage_backend         varchar(50)            DEFAULT 'local',
  storage_path            varchar(500),
  storage_key             varchar(500),
  hash_md5                varchar(32),
  hash_sha256             varchar(64),
  metadata                jsonb                  DEFAULT '{}',
  tags                    jsonb                  DEFAULT '{}',
  iri                     varchar(1000)          UNIQUE,
  created_at              timestamptz            DEFAULT now(),
  updated_at              timestamptz            DEFAULT now(),
  created_by              varchar(255),
  is_deleted              boolean                DEFAULT false,
  status                  varchar(50)            DEFAULT 'new',
  processing_started_at   timestamptz,
  processing_completed_at timestamptz,
  processing_error        text
);
CREATE INDEX IF NOT EXISTS idx_files_created_at      ON files (created_at);
CREATE INDEX IF NOT EXISTS idx_files_deleted         ON files (is_deleted);
CREATE INDEX IF NOT EXISTS idx_files_hash_md5        ON files (hash_md5);
CREATE INDEX IF NOT EXISTS idx_files_hash_sha256     ON files (hash_sha256);
CREATE INDEX IF NOT EXISTS idx_files_iri             ON files (iri);
CREATE INDEX IF NOT EXISTS idx_files_metadata        ON files USING gin (metadata);
CREATE INDEX IF NOT EXISTS idx_files_project_id      ON files (project_id);
CREATE INDEX IF NOT EXISTS idx_files_status          ON files (status);
CREATE INDEX IF NOT EXISTS idx_files_storage_backend ON files (storage_backend);
CREATE INDEX IF NOT EXISTS idx_files_tags            ON files USING gin (tags);
CREATE OR REPLACE TRIGGER update_files_updated_at BEFORE UPDATE ON files
  FOR EACH ROW EXECUTE FUNCTION update_files_updated_at();

-- Bytes of a file, where PostgreSQL is the storage backend.
CREATE TABLE IF NOT EXISTS file_content (
  file_id           uuid         PRIMARY KEY REFERENCES files (id) ON DELETE CASCADE,
  content           bytea        NOT NULL,
  compressed        boolean               DEFAULT false,
  encryption_key_id varchar(255)
);

-- A processed document as users see it. No foreign key to projects.
CREATE TABLE IF NOT EXISTS knowledge_assets (
  id                  uuid          PRIMARY KEY DEFAULT gen_random_uuid(),
  tenant_id           uuid          NOT NULL DEFAULT '00000000-0000-0000-0000-000000000000'
    REFERENCES tenants (tenant_id),
  source_file_id      uuid                   REFERENCES files (id) ON DELETE SET NULL,
  project_id          uuid          NOT NULL,
  title               varchar(512)  NOT NULL,
  document_type       varchar(50)   NOT NULL DEFAULT 'unknown',
  content_summary     text,
  metadata            jsonb         NOT NULL DEFAULT '{}',
  iri                 varchar(1000)          UNIQUE,
  created_at          timestamptz            DEFAULT now(),
  updated_at          timestamptz            DEFAULT now(),
  version             varchar(20)            DEFAULT '1.0.0',
  status              varchar(20)            DEFAULT 'active',
  processing_stats    jsonb                  DEFAULT '{}',
  is_public           boolean                DEFAULT false,
  made_public_at      timestamptz,
  made_public_by      varchar(255),
  traceability_status varchar(50)            DEFAULT 'linked'
    CHECK (traceability_status IN ('linked', 'orphaned', 'archived')),
  orphaned_at         timestamptz,
  orphaned_reason     varchar(255)
);
CREATE INDEX IF NOT EXISTS idx_knowledge_assets_iri          ON knowledge_assets (iri);
CREATE INDEX IF NOT EXISTS idx_knowledge_created_at          ON knowledge_assets (created_at);
CREATE INDEX IF NOT EXISTS idx_knowledge_metadata            ON knowledge_assets USING gin (metadata);
CREATE INDEX IF NOT EXISTS idx_knowledge_orphaned_at         ON knowledge_assets (orphaned_at);
CREATE INDEX IF NOT EXISTS idx_knowledge_project             ON knowledge_assets (project_id);
CREATE INDEX IF NOT EXISTS idx_knowledge_public              ON knowledge_assets (is_public);
CREATE INDEX IF NOT EXISTS idx_knowledge_public_project      ON knowledge_assets (is_public, project_id);
CREATE INDEX IF NOT EXISTS idx_knowledge_source_file         ON knowledge_assets (source_file_id);
CREATE INDEX IF NOT EXISTS idx_knowledge_status              ON knowledge_assets (status);
CREATE INDEX IF NOT EXISTS idx_knowledge_traceability_status ON knowledge_assets (traceability_status);
CREATE INDEX IF NOT EXISTS idx_knowledge_type                ON knowledge_assets (document_type);

-- An asset whose file goes away becomes an orphan.
CREATE OR REPLACE FUNCTION mark_orphaned_asset() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.source_file_id IS NULL THEN
    NEW.traceability_status := 'orphaned';
    NEW.orphaned_at := now();
    NEW.orphaned_reason := 'source file removed';
  END IF;
  RETURN NEW;
END $$;
CREATE OR REPLACE TRIGGER trigger_mark_orphaned_asset BEFORE UPDATE ON knowledge_assets
  FOR EACH ROW WHEN (OLD.source_file_id IS DISTINCT FROM NEW.source_file_id) EXECUTE FUNCTION mark_orphaned_asset();
CREATE OR REPLACE TRIGGER update_knowledge_assets_updated_at BEFORE UPDATE ON knowledge_assets
  FOR EACH ROW EXECUTE FUNCTION update_updated_at_column();

-- Chunks of a knowledge asset, for display and search.
CREATE TABLE IF NOT EXISTS knowledge_chunks (
  id              uuid         PRIMARY KEY DEFAULT gen_random_uuid(),
  asset_id        uuid                  REFERENCES knowledge_assets (id) ON DELETE CASCADE,
  sequence_number integer      NOT NULL,
  chunk_type      varchar(50)  NOT NULL DEFAULT 'text',
  content         text         NOT NULL,
  token_count     integer               DEFAULT 0,
  metadata        jsonb        NOT NULL DEFAULT '{}',
  embedding_model varchar(100),
  qdrant_point_id uuid,
  created_at      timestamptz           DEFAULT now(),
  UNIQUE (asset_id, sequence_number)
);
CREATE INDEX IF NOT EXISTS idx_chunks_asset    ON knowledge_chunks (asset_id);
CREATE INDEX IF NOT EXISTS idx_chunks_metadata ON knowledge_chunks USING gin (metadata);
CREATE INDEX IF NOT EXISTS idx_chunks_qdrant   ON knowledge_chunks (qdrant_point_id);
CREATE INDEX IF NOT EXISTS idx_chunks_sequence ON knowledge_chunks (asset_id, sequence_number);
CREATE INDEX IF NOT EXISTS idx_chunks_type     ON knowledge_chunks (chunk_type);

-- Relations between knowledge assets. Unused by the ODRAS backend.
CREATE TABLE IF NOT EXISTS knowledge_relationships (
  id                    uuid         PRIMARY KEY DEFAULT gen_random_uuid(),
  source_asset_id       uuid                  REFERENCES knowledge_assets (id) ON DELETE CASCADE,
  target_asset_id       uuid                  REFERENCES knowledge_assets (id) ON DELETE CASCADE,
  source_chunk_id       uuid                  REFERENCES knowledge_chunks (id) ON DELETE SET NULL,
  target_chunk_id       uuid                  REFERENCES knowledge_chunks (id) ON DELETE SET NULL,
  relationship_type     varchar(100) NOT NULL,
  confidence_score      real                  DEFAULT 0.0,
  metadata              jsonb                 DEFAULT '{}',
  neo4j_relationship_id bigint,
  created_at            timestamptz           DEFAULT now(),
  UNIQUE (source_asset_id, target_asset_id, relationship_type)
);
CREATE INDEX IF NOT EXISTS idx_relationships_neo4j  ON knowledge_relationships (neo4j_relationship_id);
CREATE INDEX IF NOT EXISTS idx_relationships_source ON knowledge_relationships (source_asset_id);
CREATE INDEX IF NOT EXISTS idx_relationships_target ON knowledge_relationships (target_asset_id);
CREATE INDEX IF NOT EXISTS idx_relationships_type   ON knowledge_relationships (relationship_type);

-- Progress of processing a knowledge asset.
CREATE TABLE IF NOT EXISTS knowledge_processing_jobs (
  id               uuid        PRIMARY KEY DEFAULT gen_random_uuid(),
  asset_id         uuid                 REFERENCES knowledge_assets (id) ON DELETE CASCADE,
  job_type         varchar(50) NOT NULL,
  status           varchar(20) NOT NULL DEFAULT 'pending',
  progress_percent integer              DEFAULT 0,
  error_message    text,
  started_at       timestamptz,
  completed_at     timestamptz,
  created_at       timestamptz          DEFAULT now(),
  metadata         jsonb                DEFAULT '{}'
);
CREATE INDEX IF NOT EXISTS idx_processing_jobs_asset   ON knowledge_processing_jobs (asset_id);
CREATE INDEX IF NOT EXISTS idx_processing_jobs_created ON knowledge_processing_jobs (created_at);
CREATE INDEX IF NOT EXISTS idx_processing_jobs_status  ON knowledge_processing_jobs (status);
CREATE INDEX IF NOT EXISTS idx_processing_jobs_type    ON knowledge_processing_jobs (job_type);

-- An ingested document as the RAG pipeline sees it.
CREATE TABLE IF NOT EXISTS doc (
  doc_id     text        PRIMARY KEY,
  project_id text        NOT NULL,
  filename   text        NOT NULL,
  version    integer     NOT NULL DEFAULT 1,
  sha256     text        NOT NULL,
  created_at timestamptz          DEFAULT now()
);

-- Text of a chunk of a doc; chunk_id is also the id of its vector.
CREATE TABLE IF NOT EXISTS doc_chunk (
  chunk_id    text        PRIMARY KEY,
  doc_id      text        NOT NULL REFERENCES doc (doc_id) ON DELETE CASCADE,
  chunk_index integer     NOT NULL,
  text        text        NOT NULL,
  page        integer,
  start_char  integer,
  end_char    integer,
  created_at  timestamptz          DEFAULT now()
);
CREATE INDEX IF NOT EXISTS idx_doc_chunk_doc    ON doc_chunk (doc_id, chunk_index);
CREATE INDEX IF NOT EXISTS idx_doc_chunk_doc_id ON doc_chunk (doc_id);

-- What an IRI names: a file, a knowledge asset, a project or a user; no row when nothing has it.
CREATE OR REPLACE FUNCTION resolve_iri(wanted varchar)
RETURNS TABLE (resource_type text, resource_id uuid, resource_data jsonb) LANGUAGE sql STABLE AS $$
  SELECT 'file', id, jsonb_build_object('filename', filename, 'content_type', content_type, 'file_size', file_size,
                                        'project_id', project_id, 'created_at', created_at)
    FROM files WHERE iri = wanted
  UNION ALL
  SELECT 'knowledge_asset', id, jsonb_build_object('title', title, 'document_type', document_type, 'status', status,
                                                   'project_id', project_id, 'created_at', created_at)
    FROM knowledge_assets WHERE iri = wanted
  UNION ALL
  SELECT 'project', project_id, jsonb_build_object('name', name, 'description', description, 'domain', domain,
                                                   'status', status, 'created_at', created_at)
    FROM projects WHERE iri = wanted
  UNION ALL
  SELECT 'user', user_id, jsonb_build_object('username', username, 'display_name', display_name,
                                             'created_at', created_at)
    FROM users WHERE iri = wanted;
$$;

-- =====================================================================================================================
-- Requirements: requirements with their constraints, notes, history and extraction.
-- =====================================================================================================================

-- Requirements, the centre of the system.
CREATE TABLE IF NOT EXISTS requirements_enhanced (
  requirement_id              uuid          PRIMARY KEY DEFAULT gen_random_uuid(),
  project_id                  uuid          NOT NULL REFERENCES projects (project_id) ON DELETE CASCADE,
  requirement_identifier      varchar(100)  NOT NULL,
  requirement_title           varchar(500)  NOT NULL,
  requirement_text            text          NOT NULL,
  requirement_rationale       text,
  requirement_type            varchar(50)   NOT NULL
    CHECK (requirement_type IN ('functional', 'non_functional', 'performance', 'safety', 'security', 'interface',
      'operational', 'design', 'implementation')),
  category                    varchar(100),
  subcategory                 varchar(100),
  priority                    varchar(20)            DEFAULT 'medium'
    CHECK (priority IN ('critical', 'high', 'medium', 'low')),
  state                       varchar(20)            DEFAULT 'draft'
    CHECK (state IN ('draft', 'review', 'approved', 'published', 'deprecated', 'cancelled', 'imported')),
  is_immutable                boolean                DEFAULT false,
  source_requirement_id       uuid,
  source_project_id           uuid                   REFERENCES projects (project_id) ON DELETE SET NULL,
  source_project_iri          varchar(1000),
  source_namespace_path       varchar(500),
  source_namespace_prefix     varchar(100),
  source_document_id          uuid                   REFERENCES files (id) ON DELETE SET NULL,
  source_section              varchar(255),
  parent_requirement_id       uuid
    REFERENCES requirements_enhanced (requirement_id) ON DELETE SET NULL,
  derived_from_requirement_id uuid
    REFERENCES requirements_enhanced (requirement_id) ON DELETE SET NULL,
  verification_method         varchar(50)
    CHECK (verification_method IN ('test', 'analysis', 'inspection', 'demonstration', 'review')),
  verification_criteria       text,
  verification_status         varchar(20)            DEFAULT 'not_started'
    CHECK (verification_status IN ('not_started', 'in_progress', 'passed', 'failed', 'waived')),
  verification_results        text,
  verification_date           timestamptz,
  is_published                boolean                DEFAULT false,
  published_at                timestamptz,
  published_by                uuid                   REFERENCES users (user_id) ON DELETE SET NULL,
  iri                         varchar(1000)          UNIQUE,
  tags                        jsonb                  DEFAULT '[]',
  metadata                    jsonb                  DEFAULT '{}',
  created_by                  uuid                   REFERENCES users (user_id) ON DELETE SET NULL,
  created_at                  timestamptz            DEFAULT now(),
  updated_by                  uuid                   REFERENCES users (user_id) ON DELETE SET NULL,
  updated_at                  timestamptz            DEFAULT now(),
  version                     integer                DEFAULT 1,
  extraction_confidence       numeric(3,2),
  extraction_method           varchar(50),
  extraction_job_id           uuid,
  UNIQUE (project_id, requirement_identifier)
);
CREATE INDEX IF NOT EXISTS idx_requirements_enhanced_created_by   ON requirements_enhanced (created_by);
CREATE INDEX IF NOT EXISTS idx_requirements_enhanced_identifier
  ON requirements_enhanced (project_id, requirement_identifier);
CREATE INDEX IF NOT EXISTS idx_requirements_enhanced_iri          ON requirements_enhanced (iri);
CREATE INDEX IF NOT EXISTS idx_requirements_enhanced_metadata     ON requirements_enhanced USING gin (metadata);
CREATE INDEX IF NOT EXISTS idx_requirements_enhanced_parent       ON requirements_enhanced (parent_requirement_id);
CREATE INDEX IF NOT EXISTS idx_requirements_enhanced_priority     ON requirements_enhanced (priority);
CREATE INDEX IF NOT EXISTS idx_requirements_enhanced_project      ON requirements_enhanced (project_id);
CREATE INDEX IF NOT EXISTS idx_requirements_enhanced_published    ON requirements_enhanced (is_published);
CREATE INDEX IF NOT EXISTS idx_requirements_enhanced_source       ON requirements_enhanced (source_document_id);
CREATE INDEX IF NOT EXISTS idx_requirements_enhanced_state        ON requirements_enhanced (state);
CREATE INDEX IF NOT EXISTS idx_requirements_enhanced_tags         ON requirements_enhanced USING gin (tags);
CREATE INDEX IF NOT EXISTS idx_requirements_enhanced_type         ON requirements_enhanced (requirement_type);
CREATE INDEX IF NOT EXISTS idx_requirements_enhanced_verification ON requirements_enhanced (verification_status);

-- Numbers a requirement that comes without an identifier: REQ-001, REQ-002 and so on in each project.
-- As in ODRAS nothing is locked: of two concurrent inserts one may fail on the unique key.
CREATE OR REPLACE FUNCTION auto_assign_requirement_identifier() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  number text;
BEGIN
  IF coalesce(NEW.requirement_identifier, '') = '' THEN
    SELECT coalesce(max(substring(requirement_identifier FROM '^REQ-([0-9]{1,9})$')::integer), 0) + 1 INTO number
      FROM requirements_enhanced WHERE project_id = NEW.project_id;
    NEW.requirement_identifier := 'REQ-' || lpad(number, greatest(length(number), 3), '0');
  END IF;
  RETURN NEW;
END $$;

-- A new text is a new version, and is written to the history. Other changes do not raise the version.
CREATE OR REPLACE FUNCTION update_requirement_version() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.version := coalesce(OLD.version, 1) + 1;
  INSERT INTO requirements_history
    (requirement_id, change_type, change_description, field_name, old_value, new_value,
     changed_by, version_before, version_after)
  VALUES
    (NEW.requirement_id, 'text_updated', 'requirement text changed', 'requirement_text',
     OLD.requirement_text, NEW.requirement_text, NEW.updated_by, OLD.version, NEW.version);
  RETURN NEW;
END $$;

CREATE OR REPLACE TRIGGER trigger_auto_assign_requirement_identifier BEFORE INSERT ON requirements_enhanced
  FOR EACH ROW EXECUTE FUNCTION auto_assign_requirement_identifier();
CREATE OR REPLACE TRIGGER trigger_requirement_version_update BEFORE UPDATE ON requirements_enhanced
  FOR EACH ROW WHEN (OLD.requirement_text IS DISTINCT FROM NEW.requirement_text)
  EXECUTE FUNCTION update_requirement_version();
CREATE OR REPLACE TRIGGER trigger_requirements_enhanced_updated_at BEFORE UPDATE ON requirements_enhanced
  FOR EACH ROW EXECUTE FUNCTION update_updated_at_column();

-- Quantified constraints of a requirement (threshold, objective, KPP and so on).
CREATE TABLE IF NOT EXISTS requirements_constraints (
  constraint_id          uuid          PRIMARY KEY DEFAULT gen_random_uuid(),
  requirement_id         uuid          NOT NULL REFERENCES requirements_enhanced (requirement_id) ON DELETE CASCADE,
  constraint_type        varchar(50)   NOT NULL
    CHECK (constraint_type IN ('threshold', 'objective', 'kpc', 'kpp', 'design', 'interface', 'environmental',
      'equation')),
  constraint_name        varchar(200)  NOT NULL,
  constraint_description text          NOT NULL,
  value_type             varchar(20)
    CHECK (value_type IN ('numeric', 'range', 'enumeration', 'boolean', 'text', 'equation')),
  numeric_value          numeric(20,6),
  numeric_unit           varchar(50),
  range_min              numeric(20,6),
  range_max              numeric(20,6),
  range_unit             varchar(50),
  text_value             text,
  enumeration_values     jsonb,
  equation_expression    text,
  equation_parameters    jsonb,
  measurement_method     varchar(100),
  tolerance              numeric(10,4),
  tolerance_unit         varchar(50),
  priority               varchar(20)            DEFAULT 'medium'
    CHECK (priority IN ('critical', 'high', 'medium', 'low')),
  source_document_id     uuid                   REFERENCES files (id) ON DELETE SET NULL,
  source_section         varchar(255),
  created_by             uuid                   REFERENCES users (user_id) ON DELETE SET NULL,
  created_at             timestamptz            DEFAULT now(),
  updated_at             timestamptz            DEFAULT now()
);
CREATE INDEX IF NOT EXISTS idx_constraints_priority    ON requirements_constraints (priority);
CREATE INDEX IF NOT EXISTS idx_constraints_requirement ON requirements_constraints (requirement_id);
CREATE INDEX IF NOT EXISTS idx_constraints_source      ON requirements_constraints (source_document_id);
CREATE INDEX IF NOT EXISTS idx_constraints_type        ON requirements_constraints (constraint_type);
CREATE OR REPLACE TRIGGER trigger_requirements_constraints_updated_at BEFORE UPDATE ON requirements_constraints
  FOR EACH ROW EXECUTE FUNCTION update_updated_at_column();

-- Notes on a requirement, which may answer one another.
CREATE TABLE IF NOT EXISTS requirements_notes (
  note_id            uuid        PRIMARY KEY DEFAULT gen_random_uuid(),
  requirement_id     uuid        NOT NULL REFERENCES requirements_enhanced (requirement_id) ON DELETE CASCADE,
  note_text          text        NOT NULL,
  note_type          varchar(50)          DEFAULT 'general'
    CHECK (note_type IN ('general', 'issue', 'clarification', 'change_request', 'verification', 'review')),
  is_resolved        boolean              DEFAULT false,
  resolved_at        timestamptz,
  resolved_by        uuid                 REFERENCES users (user_id) ON DELETE SET NULL,
  resolution_text    text,
  visibility         varchar(20)          DEFAULT 'project' CHECK (visibility IN ('private', 'project', 'public')),
  references_note_id uuid                 REFERENCES requirements_notes (note_id) ON DELETE SET NULL,
  created_by         uuid                 REFERENCES users (user_id) ON DELETE SET NULL,
  created_at         timestamptz          DEFAULT now(),
  updated_at         timestamptz          DEFAULT now()
);
CREATE INDEX IF NOT EXISTS idx_notes_created_at  ON requirements_notes (created_at);
CREATE INDEX IF NOT EXISTS idx_notes_created_by  ON requirements_notes (created_by);
CREATE INDEX IF NOT EXISTS idx_notes_references  ON requirements_notes (references_note_id);
CREATE INDEX IF NOT EXISTS idx_notes_requirement ON requirements_notes (requirement_id);
CREATE INDEX IF NOT EXISTS idx_notes_resolved    ON requirements_notes (is_resolved);
CREATE INDEX IF NOT EXISTS idx_notes_type        ON requirements_notes (note_type);
CREATE OR REPLACE TRIGGER trigger_requirements_notes_updated_at BEFORE UPDATE ON requirements_notes
  FOR EACH ROW EXECUTE FUNCTION update_updated_at_column();

-- Change log of requirements, written by a trigger.
CREATE TABLE IF NOT EXISTS requirements_history (
  history_id         uuid         PRIMARY KEY DEFAULT gen_random_uuid(),
  requirement_id     uuid         NOT NULL REFERENCES requirements_enhanced (requirement_id) ON DELETE CASCADE,
  change_type        varchar(50)  NOT NULL
    CHECK (change_type IN ('created', 'text_updated', 'status_changed', 'verification_updated', 'published',
      'deprecated')),
  change_description text,
  field_name         varchar(100),
  old_value          text,
  new_value          text,
  change_reason      text,
  impact_assessment  text,
  changed_by         uuid                  REFERENCES users (user_id) ON DELETE SET NULL,
  changed_at         timestamptz           DEFAULT now(),
  version_before     integer,
  version_after      integer
);
CREATE INDEX IF NOT EXISTS idx_history_change_type ON requirements_history (change_type);
CREATE INDEX IF NOT EXISTS idx_history_changed_at  ON requirements_history (changed_at);
CREATE INDEX IF NOT EXISTS idx_history_changed_by  ON requirements_history (changed_by);
CREATE INDEX IF NOT EXISTS idx_history_requirement ON requirements_history (requirement_id);

-- The assistant's reviews of a requirement.
CREATE TABLE IF NOT EXISTS requirements_das_reviews (
  review_id           uuid         PRIMARY KEY DEFAULT gen_random_uuid(),
  requirement_id      uuid         NOT NULL REFERENCES requirements_enhanced (requirement_id) ON DELETE CASCADE,
  review_type         varchar(50)           DEFAULT 'improvement'
    CHECK (review_type IN ('improvement', 'validation', 'gap_analysis', 'consistency')),
  original_text       text         NOT NULL,
  suggested_text      text,
  das_confidence      numeric(3,2),
  improvement_areas   jsonb                 DEFAULT '[]',
  issues_found        jsonb                 DEFAULT '[]',
  suggestions         jsonb                 DEFAULT '[]',
  user_rating         integer               CHECK (user_rating BETWEEN 1 AND 5),
  user_feedback       text,
  accepted            boolean,
  applied_suggestions jsonb                 DEFAULT '[]',
  das_model_version   varchar(50),
  review_context      jsonb                 DEFAULT '{}',
  reviewed_by         uuid                  REFERENCES users (user_id) ON DELETE SET NULL,
  reviewed_at         timestamptz           DEFAULT now(),
  updated_at          timestamptz           DEFAULT now()
);
CREATE INDEX IF NOT EXISTS idx_das_reviews_accepted    ON requirements_das_reviews (accepted);
CREATE INDEX IF NOT EXISTS idx_das_reviews_requirement ON requirements_das_reviews (requirement_id);
CREATE INDEX IF NOT EXISTS idx_das_reviews_reviewed_at ON requirements_das_reviews (reviewed_at);
CREATE INDEX IF NOT EXISTS idx_das_reviews_reviewed_by ON requirements_das_reviews (reviewed_by);
CREATE INDEX IF NOT EXISTS idx_das_reviews_type        ON requirements_das_reviews (review_type);
CREATE OR REPLACE TRIGGER trigger_requirements_das_reviews_updated_at BEFORE UPDATE ON requirements_das_reviews
  FOR EACH ROW EXECUTE FUNCTION update_updated_at_column();

-- Keywords and patterns of the extraction. Unused by the ODRAS backend.
CREATE TABLE IF NOT EXISTS requirements_extraction_config (
  config_id            uuid         PRIMARY KEY DEFAULT gen_random_uuid(),
  project_id           uuid         NOT NULL REFERENCES projects (project_id) ON DELETE CASCADE,
  config_name          varchar(200) NOT NULL,
  description          text,
  functional_keywords  jsonb                 DEFAULT '["shall", "must", "will", "should"]',
  performance_keywords jsonb                 DEFAULT '["performance", "speed", "accuracy", "throughput", "latency"]',
  constraint_keywords  jsonb
    DEFAULT '["threshold", "objective", "minimum", "maximum", "limit", "range"]',
  requirement_patterns jsonb
    DEFAULT '["\\b[A-Z]+-[0-9]+\\b", "\\bREQ-[0-9]+\\b", "\\b[0-9]+\\.[0-9]+\\.[0-9]+\\b"]',
  constraint_patterns  jsonb
    DEFAULT '["\\b(minimum|maximum|at least|no more than|between)\\s+[0-9]+", "\\b[0-9]+(\\.[0-9]+)?\\s*(m|ft|kg|lb|sec|min|hr)\\b"]',
  ignore_case          boolean               DEFAULT true,
  min_confidence       numeric(3,2)          DEFAULT 0.7,
  extract_context      boolean               DEFAULT true,
  context_window_size  integer               DEFAULT 100,
  document_types       jsonb                 DEFAULT '["requirements", "specification", "sow", "cdd"]',
  section_filters      jsonb                 DEFAULT '[]',
  is_active            boolean               DEFAULT true,
  is_default           boolean               DEFAULT false,
  created_by           uuid                  REFERENCES users (user_id) ON DELETE SET NULL,
  created_at           timestamptz           DEFAULT now(),
  updated_at           timestamptz           DEFAULT now(),
  UNIQUE (project_id, config_name)
);
CREATE INDEX IF NOT EXISTS idx_extraction_config_active  ON requirements_extraction_config (is_active);
CREATE INDEX IF NOT EXISTS idx_extraction_config_default ON requirements_extraction_config (is_default);
CREATE INDEX IF NOT EXISTS idx_extraction_config_project ON requirements_extraction_config (project_id);
CREATE OR REPLACE TRIGGER trigger_requirements_extraction_config_updated_at
  BEFORE UPDATE ON requirements_extraction_config FOR EACH ROW EXECUTE FUNCTION update_updated_at_column();

-- Extractions of requirements from a document.
CREATE TABLE IF NOT EXISTS requirements_extraction_jobs (
  job_id                      uuid         PRIMARY KEY DEFAULT gen_random_uuid(),
  project_id                  uuid         NOT NULL REFERENCES projects (project_id) ON DELETE CASCADE,
  config_id                   uuid
    REFERENCES requirements_extraction_config (config_id) ON DELETE SET NULL,
  job_name                    varchar(200),
  source_document_id          uuid                  REFERENCES files (id) ON DELETE CASCADE,
  extraction_type             varchar(50)           DEFAULT 'document'
    CHECK (extraction_type IN ('document', 'batch', 'manual')),
  status                      varchar(20)           DEFAULT 'pending'
    CHECK (status IN ('pending', 'running', 'completed', 'failed', 'cancelled')),
  progress_percent            integer               DEFAULT 0,
  requirements_found          integer               DEFAULT 0,
  constraints_found           integer               DEFAULT 0,
  requirements_created        integer               DEFAULT 0,
  constraints_created         integer               DEFAULT 0,
  processing_log              text,
  error_message               text,
  started_at                  timestamptz,
  completed_at                timestamptz,
  processing_duration_seconds integer,
  created_by                  uuid                  REFERENCES users (user_id) ON DELETE SET NULL,
  created_at                  timestamptz           DEFAULT now()
);
CREATE INDEX IF NOT EXISTS idx_extraction_jobs_created  ON requirements_extraction_jobs (created_at);
CREATE INDEX IF NOT EXISTS idx_extraction_jobs_document ON requirements_extraction_jobs (source_document_id);
CREATE INDEX IF NOT EXISTS idx_extraction_jobs_project  ON requirements_extraction_jobs (project_id);
CREATE INDEX IF NOT EXISTS idx_extraction_jobs_status   ON requirements_extraction_jobs (status);

-- =====================================================================================================================
-- Assistant knowledge: what the assistant (DAS) is trained on, and its index over everything.
-- =====================================================================================================================

-- Training collections, which belong to no project.
CREATE TABLE IF NOT EXISTS das_training_collections (
  collection_id   uuid         PRIMARY KEY DEFAULT gen_random_uuid(),
  collection_name varchar(255) NOT NULL UNIQUE,
  display_name    varchar(255) NOT NULL,
  description     text,
  domain          varchar(100) NOT NULL,
  vector_size     integer      NOT NULL DEFAULT 384,
  embedding_model varchar(100) NOT NULL DEFAULT 'all-MiniLM-L6-v2',
  created_by      uuid                  REFERENCES users (user_id) ON DELETE SET NULL,
  created_at      timestamptz           DEFAULT now(),
  updated_at      timestamptz           DEFAULT now(),
  is_active       boolean               DEFAULT true,
  metadata        jsonb                 DEFAULT '{}'
);
CREATE INDEX IF NOT EXISTS idx_das_training_collections_active     ON das_training_collections (is_active);
CREATE INDEX IF NOT EXISTS idx_das_training_collections_created_by ON das_training_collections (created_by);
CREATE INDEX IF NOT EXISTS idx_das_training_collections_domain     ON das_training_collections (domain);
CREATE INDEX IF NOT EXISTS idx_das_training_collections_metadata   ON das_training_collections USING gin (metadata);
CREATE INDEX IF NOT EXISTS idx_das_training_collections_name       ON das_training_collections (collection_name);
CREATE OR REPLACE TRIGGER update_das_training_collections_updated_at BEFORE UPDATE ON das_training_collections
  FOR EACH ROW EXECUTE FUNCTION update_updated_at_column();

-- Documents of a training collection.
CREATE TABLE IF NOT EXISTS das_training_assets (
  asset_id          uuid         PRIMARY KEY DEFAULT gen_random_uuid(),
  collection_id     uuid         NOT NULL REFERENCES das_training_collections (collection_id) ON DELETE CASCADE,
  source_file_id    uuid                  REFERENCES files (id) ON DELETE SET NULL,
  title             varchar(512) NOT NULL,
  description       text,
  source_type       varchar(50)  NOT NULL,
  source_url        text,
  created_by        uuid                  REFERENCES users (user_id) ON DELETE SET NULL,
  created_at        timestamptz           DEFAULT now(),
  processing_status varchar(20)           DEFAULT 'pending',
  chunk_count       integer               DEFAULT 0,
  metadata          jsonb                 DEFAULT '{}'
);
CREATE INDEX IF NOT EXISTS idx_das_training_assets_collection ON das_training_assets (collection_id);
CREATE INDEX IF NOT EXISTS idx_das_training_assets_created_by ON das_training_assets (created_by);
CREATE INDEX IF NOT EXISTS idx_das_training_assets_file       ON das_training_assets (source_file_id);
CREATE INDEX IF NOT EXISTS idx_das_training_assets_metadata   ON das_training_assets USING gin (metadata);
CREATE INDEX IF NOT EXISTS idx_das_training_assets_status     ON das_training_assets (processing_status);
CREATE INDEX IF NOT EXISTS idx_das_training_assets_type       ON das_training_assets (source_type);

-- Superseded by das_knowledge_chunks; unused by the ODRAS backend.
CREATE TABLE IF NOT EXISTS das_training_chunks (
  chunk_id        uuid         PRIMARY KEY DEFAULT gen_random_uuid(),
  asset_id        uuid         NOT NULL REFERENCES das_training_assets (asset_id) ON DELETE CASCADE,
  collection_id   uuid         NOT NULL REFERENCES das_training_collections (collection_id) ON DELETE CASCADE,
  sequence_number integer      NOT NULL,
  content         text         NOT NULL,
  token_count     integer               DEFAULT 0,
  metadata        jsonb                 DEFAULT '{}',
  embedding_model varchar(100),
  qdrant_point_id uuid,
  created_at      timestamptz           DEFAULT now(),
  UNIQUE (asset_id, sequence_number)
);
CREATE INDEX IF NOT EXISTS idx_das_training_chunks_asset        ON das_training_chunks (asset_id);
CREATE INDEX IF NOT EXISTS idx_das_training_chunks_collection   ON das_training_chunks (collection_id);
CREATE INDEX IF NOT EXISTS idx_das_training_chunks_metadata     ON das_training_chunks USING gin (metadata);
CREATE INDEX IF NOT EXISTS idx_das_training_chunks_qdrant_point ON das_training_chunks (qdrant_point_id);

-- Chunks of project, training and system knowledge; chunk_id is also the id of its vector.
CREATE TABLE IF NOT EXISTS das_knowledge_chunks (
  chunk_id          uuid         PRIMARY KEY DEFAULT gen_random_uuid(),
  content           text         NOT NULL,
  knowledge_type    varchar(50)  NOT NULL,
  domain            varchar(100),
  project_id        uuid                  REFERENCES projects (project_id) ON DELETE CASCADE,
  tags              text[]                DEFAULT '{}',
  metadata          jsonb                 DEFAULT '{}',
  token_count       integer               DEFAULT 0,
  embedding_model   varchar(100) NOT NULL DEFAULT 'all-MiniLM-L6-v2',
  qdrant_point_id   uuid,
  qdrant_collection varchar(255)          DEFAULT 'das_knowledge',
  sequence_number   integer               DEFAULT 0,
  created_at        timestamptz           DEFAULT now(),
  updated_at        timestamptz           DEFAULT now(),
  CONSTRAINT valid_domain CHECK (domain IS NULL OR domain IN ('ontology', 'requirements', 'acquisition', 'odras_usage',
    'systems_engineering', 'general', 'testing', 'files', 'events', 'conversation', 'knowledge')),
  CONSTRAINT valid_knowledge_type CHECK (knowledge_type IN ('project', 'training', 'system'))
);
CREATE INDEX IF NOT EXISTS idx_das_knowledge_chunks_collection   ON das_knowledge_chunks (qdrant_collection);
CREATE INDEX IF NOT EXISTS idx_das_knowledge_chunks_created_at   ON das_knowledge_chunks (created_at DESC);
CREATE INDEX IF NOT EXISTS idx_das_knowledge_chunks_domain       ON das_knowledge_chunks (domain);
CREATE INDEX IF NOT EXISTS idx_das_knowledge_chunks_metadata     ON das_knowledge_chunks USING gin (metadata);
CREATE INDEX IF NOT EXISTS idx_das_knowledge_chunks_project_id   ON das_knowledge_chunks (project_id);
CREATE INDEX IF NOT EXISTS idx_das_knowledge_chunks_qdrant_point ON das_knowledge_chunks (qdrant_point_id);
CREATE INDEX IF NOT EXISTS idx_das_knowledge_chunks_tags         ON das_knowledge_chunks USING gin (tags);
CREATE INDEX IF NOT EXISTS idx_das_knowledge_chunks_type         ON das_knowledge_chunks (knowledge_type);
CREATE OR REPLACE TRIGGER update_das_knowledge_chunks_updated_at BEFORE UPDATE ON das_knowledge_chunks
  FOR EACH ROW EXECUTE FUNCTION update_updated_at_column();

-- Index entry of an entity of any type.
CREATE TABLE IF NOT EXISTS system_index (
  index_id        uuid         PRIMARY KEY DEFAULT gen_random_uuid(),
  entity_type     varchar(50)  NOT NULL,
  entity_id       varchar(255) NOT NULL,
  entity_uri      text,
  content_summary text,
  project_id      uuid                  REFERENCES projects (project_id) ON DELETE CASCADE,
  metadata        jsonb                 DEFAULT '{}',
  tags            text[]                DEFAULT '{}',
  domain          varchar(100),
  indexed_at      timestamptz           DEFAULT now(),
  updated_at      timestamptz           DEFAULT now(),
  UNIQUE (entity_type, entity_id)
);
CREATE INDEX IF NOT EXISTS idx_system_index_domain      ON system_index (domain);
CREATE INDEX IF NOT EXISTS idx_system_index_entity_id   ON system_index (entity_id);
CREATE INDEX IF NOT EXISTS idx_system_index_entity_type ON system_index (entity_type);
CREATE INDEX IF NOT EXISTS idx_system_index_indexed_at  ON system_index (indexed_at DESC);
CREATE INDEX IF NOT EXISTS idx_system_index_metadata    ON system_index USING gin (metadata);
CREATE INDEX IF NOT EXISTS idx_system_index_project_id  ON system_index (project_id);
CREATE INDEX IF NOT EXISTS idx_system_index_tags        ON system_index USING gin (tags);
CREATE INDEX IF NOT EXISTS idx_system_index_updated_at  ON system_index (updated_at DESC);
CREATE OR REPLACE TRIGGER update_system_index_updated_at BEFORE UPDATE ON system_index
  FOR EACH ROW EXECUTE FUNCTION update_updated_at_column();

-- Chunks of an index entry; vector_id is also the id of its vector.
CREATE TABLE IF NOT EXISTS system_index_vectors (
  vector_id         uuid         PRIMARY KEY DEFAULT gen_random_uuid(),
  index_id          uuid         NOT NULL REFERENCES system_index (index_id) ON DELETE CASCADE,
  sequence_number   integer               DEFAULT 0,
  content           text         NOT NULL,
  token_count       integer               DEFAULT 0,
  metadata          jsonb                 DEFAULT '{}',
  embedding_model   varchar(100) NOT NULL DEFAULT 'all-MiniLM-L6-v2',
  qdrant_point_id   uuid,
  qdrant_collection varchar(255)          DEFAULT 'system_index',
  created_at        timestamptz           DEFAULT now(),
  UNIQUE (index_id, sequence_number)
);
CREATE INDEX IF NOT EXISTS idx_system_index_vectors_collection   ON system_index_vectors (qdrant_collection);
CREATE INDEX IF NOT EXISTS idx_system_index_vectors_index_id     ON system_index_vectors (index_id);
CREATE INDEX IF NOT EXISTS idx_system_index_vectors_metadata     ON system_index_vectors USING gin (metadata);
CREATE INDEX IF NOT EXISTS idx_system_index_vectors_qdrant_point ON system_index_vectors (qdrant_point_id);

-- =====================================================================================================================
-- Assistant configuration: personas, tools, and what the assistant learns from use.
-- =====================================================================================================================

-- Personas of the assistant.
CREATE TABLE IF NOT EXISTS das_personas (
  persona_id    uuid             PRIMARY KEY DEFAULT gen_random_uuid(),
  name          varchar(255)     NOT NULL UNIQUE,
  description   text,
  role          varchar(50)      NOT NULL,
  system_prompt text             NOT NULL,
  capabilities  text[]                    DEFAULT '{}',
  temperature   double precision          DEFAULT 0.7,
  domain        varchar(100),
  tags          text[]                    DEFAULT '{}',
  metadata      jsonb                     DEFAULT '{}',
  created_by    varchar(255)     NOT NULL,
  created_at    timestamptz               DEFAULT now(),
  updated_at    timestamptz               DEFAULT now(),
  is_active     boolean                   DEFAULT true,
  is_system     boolean                   DEFAULT false,
  CONSTRAINT valid_persona_role CHECK (role IN ('researcher', 'analyst', 'writer', 'moderator', 'specialist')),
  CONSTRAINT valid_temperature CHECK (temperature BETWEEN 0.0 AND 1.0)
);
CREATE INDEX IF NOT EXISTS idx_das_personas_active       ON das_personas (is_active) WHERE is_active = true;
CREATE INDEX IF NOT EXISTS idx_das_personas_capabilities ON das_personas USING gin (capabilities);
CREATE INDEX IF NOT EXISTS idx_das_personas_domain       ON das_personas (domain);
CREATE INDEX IF NOT EXISTS idx_das_personas_name         ON das_personas (name);
CREATE INDEX IF NOT EXISTS idx_das_personas_role         ON das_personas (role);
CREATE INDEX IF NOT EXISTS idx_das_personas_system       ON das_personas (is_system);
CREATE INDEX IF NOT EXISTS idx_das_personas_tags         ON das_personas USING gin (tags);
CREATE OR REPLACE TRIGGER update_das_personas_updated_at BEFORE UPDATE ON das_personas
  FOR EACH ROW EXECUTE FUNCTION update_updated_at_column();

-- Groups of personas.
CREATE TABLE IF NOT EXISTS das_teams (
  team_id               uuid         PRIMARY KEY DEFAULT gen_random_uuid(),
  name                  varchar(255) NOT NULL UNIQUE,
  description           text,
  domain                varchar(100),
  persona_ids           uuid[]                DEFAULT '{}',
  workflow_config       jsonb                 DEFAULT '{}',
  coordination_strategy varchar(50)           DEFAULT 'moderator',
  tags                  text[]                DEFAULT '{}',
  metadata              jsonb                 DEFAULT '{}',
  created_by            varchar(255) NOT NULL,
  created_at            timestamptz           DEFAULT now(),
  updated_at            timestamptz           DEFAULT now(),
  is_active             boolean               DEFAULT true,
  is_system             boolean               DEFAULT false,
  CONSTRAINT valid_coordination_strategy CHECK (coordination_strategy IN ('moderator', 'parallel', 'sequential',
    'custom'))
);
CREATE INDEX IF NOT EXISTS idx_das_teams_active      ON das_teams (is_active) WHERE is_active = true;
CREATE INDEX IF NOT EXISTS idx_das_teams_domain      ON das_teams (domain);
CREATE INDEX IF NOT EXISTS idx_das_teams_name        ON das_teams (name);
CREATE INDEX IF NOT EXISTS idx_das_teams_persona_ids ON das_teams USING gin (persona_ids);
CREATE INDEX IF NOT EXISTS idx_das_teams_system      ON das_teams (is_system);
CREATE INDEX IF NOT EXISTS idx_das_teams_tags        ON das_teams USING gin (tags);
CREATE OR REPLACE TRIGGER update_das_teams_updated_at BEFORE UPDATE ON das_teams
  FOR EACH ROW EXECUTE FUNCTION update_updated_at_column();

-- External tool servers.
CREATE TABLE IF NOT EXISTS das_mcp_servers (
  server_id            uuid         PRIMARY KEY DEFAULT gen_random_uuid(),
  name                 varchar(255) NOT NULL UNIQUE,
  description          text,
  endpoint             varchar(500) NOT NULL,
  server_type          varchar(100),
  capabilities         text[]                DEFAULT '{}',
  tools_cache          jsonb                 DEFAULT '{}',
  status               varchar(50)           DEFAULT 'unknown',
  last_discovered_at   timestamptz,
  last_health_check_at timestamptz,
  metadata             jsonb                 DEFAULT '{}',
  tags                 text[]                DEFAULT '{}',
  created_by           varchar(255) NOT NULL,
  created_at           timestamptz           DEFAULT now(),
  updated_at           timestamptz           DEFAULT now(),
  is_active            boolean               DEFAULT true,
  CONSTRAINT valid_status CHECK (status IN ('available', 'unavailable', 'error', 'unknown'))
);
CREATE INDEX IF NOT EXISTS idx_das_mcp_servers_active       ON das_mcp_servers (is_active) WHERE is_active = true;
CREATE INDEX IF NOT EXISTS idx_das_mcp_servers_capabilities ON das_mcp_servers USING gin (capabilities);
CREATE INDEX IF NOT EXISTS idx_das_mcp_servers_name         ON das_mcp_servers (name);
CREATE INDEX IF NOT EXISTS idx_das_mcp_servers_status       ON das_mcp_servers (status);
CREATE INDEX IF NOT EXISTS idx_das_mcp_servers_tags         ON das_mcp_servers USING gin (tags);
CREATE INDEX IF NOT EXISTS idx_das_mcp_servers_type         ON das_mcp_servers (server_type);
CREATE OR REPLACE TRIGGER update_das_mcp_servers_updated_at BEFORE UPDATE ON das_mcp_servers
  FOR EACH ROW EXECUTE FUNCTION update_updated_at_column();

-- Questions, answers and feedback.
CREATE TABLE IF NOT EXISTS das_interactions (
  interaction_id     uuid         PRIMARY KEY DEFAULT gen_random_uuid(),
  interaction_type   varchar(50)  NOT NULL,
  user_id            varchar(255) NOT NULL,
  project_id         uuid,
  query              text         NOT NULL,
  response           text         NOT NULL,
  context            jsonb                 DEFAULT '{}',
  feedback           varchar(50),
  correction         text,
  corrected_response text,
  metadata           jsonb                 DEFAULT '{}',
  created_at         timestamptz           DEFAULT now(),
  CONSTRAINT valid_feedback CHECK (feedback IS NULL OR feedback IN ('positive', 'negative', 'correction',
    'clarification')),
  CONSTRAINT valid_interaction_type CHECK (interaction_type IN ('query', 'feedback', 'correction', 'task_completion',
    'error'))
);
CREATE INDEX IF NOT EXISTS idx_das_interactions_context    ON das_interactions USING gin (context);
CREATE INDEX IF NOT EXISTS idx_das_interactions_created_at ON das_interactions (created_at DESC);
CREATE INDEX IF NOT EXISTS idx_das_interactions_feedback   ON das_interactions (feedback);
CREATE INDEX IF NOT EXISTS idx_das_interactions_project_id ON das_interactions (project_id);
CREATE INDEX IF NOT EXISTS idx_das_interactions_type       ON das_interactions (interaction_type);
CREATE INDEX IF NOT EXISTS idx_das_interactions_user_id    ON das_interactions (user_id);

-- Patterns found in the interactions.
CREATE TABLE IF NOT EXISTS das_learning_insights (
  insight_id             uuid             PRIMARY KEY DEFAULT gen_random_uuid(),
  insight_type           varchar(100)     NOT NULL,
  description            text             NOT NULL,
  confidence             double precision          DEFAULT 0.5,
  recommendations        text[]                    DEFAULT '{}',
  persona_name           varchar(255),
  domain                 varchar(100),
  source_interaction_ids uuid[]                    DEFAULT '{}',
  applied_at             timestamptz,
  metadata               jsonb                     DEFAULT '{}',
  created_at             timestamptz               DEFAULT now(),
  updated_at             timestamptz               DEFAULT now(),
  is_active              boolean                   DEFAULT true,
  CONSTRAINT valid_confidence CHECK (confidence BETWEEN 0.0 AND 1.0)
);
CREATE INDEX IF NOT EXISTS idx_das_learning_insights_active     ON das_learning_insights (is_active)
  WHERE is_active = true;
CREATE INDEX IF NOT EXISTS idx_das_learning_insights_applied    ON das_learning_insights (applied_at)
  WHERE applied_at IS NOT NULL;
CREATE INDEX IF NOT EXISTS idx_das_learning_insights_confidence ON das_learning_insights (confidence DESC);
CREATE INDEX IF NOT EXISTS idx_das_learning_insights_domain     ON das_learning_insights (domain);
CREATE INDEX IF NOT EXISTS idx_das_learning_insights_persona    ON das_learning_insights (persona_name);
CREATE INDEX IF NOT EXISTS idx_das_learning_insights_type       ON das_learning_insights (insight_type);
CREATE OR REPLACE TRIGGER update_das_learning_insights_updated_at BEFORE UPDATE ON das_learning_insights
  FOR EACH ROW EXECUTE FUNCTION update_updated_at_column();

-- Tools the assistant generated, kept for reuse.
CREATE TABLE IF NOT EXISTS das_runtime_tools (
  tool_id      uuid         PRIMARY KEY DEFAULT gen_random_uuid(),
  name         varchar(255) NOT NULL,
  description  text,
  tool_type    varchar(50)  NOT NULL,
  code         text         NOT NULL,
  capabilities text[]                DEFAULT '{}',
  created_by   varchar(255) NOT NULL,
  created_at   timestamptz           DEFAULT now(),
  updated_at   timestamptz           DEFAULT now(),
  usage_count  integer               DEFAULT 0,
  last_used_at timestamptz,
  tags         text[]                DEFAULT '{}',
  metadata     jsonb                 DEFAULT '{}',
  is_active    boolean               DEFAULT true,
  CONSTRAINT valid_tool_type CHECK (tool_type IN ('data_fetcher', 'calculator', 'transformer', 'workflow',
    'knowledge_creator', 'custom'))
);
CREATE INDEX IF NOT EXISTS idx_das_runtime_tools_active       ON das_runtime_tools (is_active) WHERE is_active = true;
CREATE INDEX IF NOT EXISTS idx_das_runtime_tools_capabilities ON das_runtime_tools USING gin (capabilities);
CREATE INDEX IF NOT EXISTS idx_das_runtime_tools_created_by   ON das_runtime_tools (created_by);
CREATE INDEX IF NOT EXISTS idx_das_runtime_tools_last_used    ON das_runtime_tools (last_used_at DESC);
CREATE INDEX IF NOT EXISTS idx_das_runtime_tools_name         ON das_runtime_tools (name);
CREATE INDEX IF NOT EXISTS idx_das_runtime_tools_tags         ON das_runtime_tools USING gin (tags);
CREATE INDEX IF NOT EXISTS idx_das_runtime_tools_type         ON das_runtime_tools (tool_type);
CREATE INDEX IF NOT EXISTS idx_das_runtime_tools_usage_count  ON das_runtime_tools (usage_count DESC);
CREATE OR REPLACE TRIGGER update_das_runtime_tools_updated_at BEFORE UPDATE ON das_runtime_tools
  FOR EACH ROW EXECUTE FUNCTION update_updated_at_column();

-- =====================================================================================================================
-- Activity and chat: the event log and the conversations of a project. Project and user ids are text here.
-- =====================================================================================================================

-- The thread of a project, to which its events and messages belong.
CREATE TABLE IF NOT EXISTS project_thread (
  project_thread_id text        PRIMARY KEY,
  project_id        text        NOT NULL,
  created_by        text        NOT NULL,
  created_at        timestamptz          DEFAULT now(),
  last_activity     timestamptz          DEFAULT now(),
  status            text                 DEFAULT 'active' CHECK (status IN ('active', 'archived', 'completed')),
  goals             text,
  current_workbench text
);
CREATE INDEX IF NOT EXISTS idx_project_thread_created_by ON project_thread (created_by);
CREATE INDEX IF NOT EXISTS idx_project_thread_project    ON project_thread (project_id);
CREATE INDEX IF NOT EXISTS idx_project_thread_status     ON project_thread (status);

-- Append-only activity log.
CREATE TABLE IF NOT EXISTS project_event (
  event_id          text        PRIMARY KEY,
  project_thread_id text        NOT NULL REFERENCES project_thread (project_thread_id) ON DELETE CASCADE,
  project_id        text        NOT NULL,
  user_id           text        NOT NULL,
  event_type        text        NOT NULL,
  event_data        jsonb       NOT NULL DEFAULT '{}',
  context_snapshot  jsonb                DEFAULT '{}',
  semantic_summary  text,
  created_at        timestamptz          DEFAULT now()
);
CREATE INDEX IF NOT EXISTS idx_project_event_created ON project_event (created_at);
CREATE INDEX IF NOT EXISTS idx_project_event_project ON project_event (project_id);
CREATE INDEX IF NOT EXISTS idx_project_event_thread  ON project_event (project_thread_id);
CREATE INDEX IF NOT EXISTS idx_project_event_type    ON project_event (event_type);

-- Messages of a thread.
CREATE TABLE IF NOT EXISTS thread_conversation (
  conversation_id   text        PRIMARY KEY,
  project_thread_id text        NOT NULL REFERENCES project_thread (project_thread_id) ON DELETE CASCADE,
  role              text        NOT NULL CHECK (role IN ('user', 'assistant', 'system')),
  content           text        NOT NULL,
  metadata          jsonb                DEFAULT '{}',
  created_at        timestamptz          DEFAULT now()
);
CREATE INDEX IF NOT EXISTS idx_thread_conversation_created ON thread_conversation (created_at);
CREATE INDEX IF NOT EXISTS idx_thread_conversation_role    ON thread_conversation (role);
CREATE INDEX IF NOT EXISTS idx_thread_conversation_thread  ON thread_conversation (project_thread_id);

-- Older chat log, by session.
CREATE TABLE IF NOT EXISTS chat_message (
  message_id text        PRIMARY KEY,
  session_id text        NOT NULL,
  project_id text        NOT NULL,
  role       text        NOT NULL CHECK (role IN ('user', 'assistant')),
  content    text        NOT NULL,
  created_at timestamptz          DEFAULT now()
);
CREATE INDEX IF NOT EXISTS idx_chat_message_created ON chat_message (created_at);
CREATE INDEX IF NOT EXISTS idx_chat_message_project ON chat_message (project_id);
CREATE INDEX IF NOT EXISTS idx_chat_message_session ON chat_message (session_id);

-- =====================================================================================================================
-- Ontology: the registered ontologies, and individuals kept as rows.
-- =====================================================================================================================

-- Ontologies of a project; graph_iri names the graph in the triple store.
CREATE TABLE IF NOT EXISTS ontologies_registry (
  id           uuid        PRIMARY KEY DEFAULT uuid_generate_v4(),
  tenant_id    uuid        NOT NULL DEFAULT '00000000-0000-0000-0000-000000000000' REFERENCES tenants (tenant_id),
  project_id   uuid                 REFERENCES projects (project_id) ON DELETE CASCADE,
  graph_iri    text        NOT NULL UNIQUE,
  label        text,
  role         varchar(20)          DEFAULT 'base',
  is_reference boolean              DEFAULT false,
  created_at   timestamptz          DEFAULT now(),
  updated_at   timestamptz          DEFAULT now()
);
CREATE OR REPLACE TRIGGER update_ontologies_registry_updated_at BEFORE UPDATE ON ontologies_registry
  FOR EACH ROW EXECUTE FUNCTION update_updated_at_column();

-- One row for each ontology graph of a project whose individuals are kept as rows.
CREATE TABLE IF NOT EXISTS individual_tables_config (
  table_id           uuid         PRIMARY KEY DEFAULT gen_random_uuid(),
  project_id         uuid         NOT NULL,
  graph_iri          text         NOT NULL,
  ontology_label     varchar(255) NOT NULL,
  ontology_structure jsonb        NOT NULL,
  created_by         uuid                  REFERENCES users (user_id) ON DELETE SET NULL,
  created_at         timestamptz           DEFAULT now(),
  updated_at         timestamptz           DEFAULT now(),
  UNIQUE (project_id, graph_iri)
);
CREATE INDEX IF NOT EXISTS idx_individual_tables_graph   ON individual_tables_config (graph_iri);
CREATE INDEX IF NOT EXISTS idx_individual_tables_project ON individual_tables_config (project_id);

-- Individuals, with their properties as JSON.
CREATE TABLE IF NOT EXISTS individual_instances (
  instance_id       uuid         PRIMARY KEY DEFAULT gen_random_uuid(),
  table_id          uuid         NOT NULL REFERENCES individual_tables_config (table_id) ON DELETE CASCADE,
  class_name        varchar(100) NOT NULL,
  instance_name     varchar(255) NOT NULL,
  instance_uri      text         NOT NULL,
  properties        jsonb        NOT NULL DEFAULT '{}',
  validation_status varchar(20)           DEFAULT 'pending'
    CHECK (validation_status IN ('valid', 'invalid', 'pending', 'warning')),
  validation_errors jsonb                 DEFAULT '[]',
  source_type       varchar(50)           DEFAULT 'manual'
    CHECK (source_type IN ('manual', 'requirements_workbench', 'external_import', 'das_generated')),
  source_reference  text,
  created_by        uuid                  REFERENCES users (user_id) ON DELETE SET NULL,
  created_at        timestamptz           DEFAULT now(),
  updated_at        timestamptz           DEFAULT now(),
  UNIQUE (table_id, class_name, instance_name)
);
CREATE INDEX IF NOT EXISTS idx_individual_instances_class      ON individual_instances (class_name);
CREATE INDEX IF NOT EXISTS idx_individual_instances_table      ON individual_instances (table_id);
CREATE INDEX IF NOT EXISTS idx_individual_instances_validation ON individual_instances (validation_status);

-- Renamings of ontology properties, pending or applied.
CREATE TABLE IF NOT EXISTS property_mappings (
  mapping_id        uuid         PRIMARY KEY DEFAULT gen_random_uuid(),
  project_id        uuid         NOT NULL,
  graph_iri         text         NOT NULL,
  class_name        varchar(100) NOT NULL,
  old_property_name varchar(255) NOT NULL,
  new_property_name varchar(255) NOT NULL,
  old_property_iri  text,
  new_property_iri  text,
  migration_status  varchar(20)           DEFAULT 'pending'
    CHECK (migration_status IN ('pending', 'applied', 'skipped', 'failed')),
  migration_date    timestamptz,
  change_type       varchar(50)  NOT NULL,
  change_details    jsonb                 DEFAULT '{}',
  created_at        timestamptz           DEFAULT now(),
  created_by        uuid                  REFERENCES users (user_id) ON DELETE SET NULL,
  UNIQUE (project_id, graph_iri, class_name, old_property_name, new_property_name)
);

-- How columns of foreign data map to properties. Unused by the ODRAS backend.
CREATE TABLE IF NOT EXISTS data_mapping_configs (
  mapping_id           uuid         PRIMARY KEY DEFAULT gen_random_uuid(),
  table_id             uuid         NOT NULL REFERENCES individual_tables_config (table_id) ON DELETE CASCADE,
  mapping_name         varchar(255) NOT NULL,
  source_format        varchar(50)  NOT NULL,
  target_class         varchar(100) NOT NULL,
  field_mappings       jsonb        NOT NULL,
  transformation_rules jsonb                 DEFAULT '{}',
  is_active            boolean               DEFAULT true,
  created_by           uuid                  REFERENCES users (user_id) ON DELETE SET NULL,
  created_at           timestamptz           DEFAULT now(),
  updated_at           timestamptz           DEFAULT now()
);
CREATE INDEX IF NOT EXISTS idx_data_mapping_table ON data_mapping_configs (table_id);

-- Log of imports of individuals. Unused by the ODRAS backend.
CREATE TABLE IF NOT EXISTS individual_import_history (
  import_id          uuid        PRIMARY KEY DEFAULT gen_random_uuid(),
  table_id           uuid        NOT NULL REFERENCES individual_tables_config (table_id) ON DELETE CASCADE,
  mapping_id         uuid                 REFERENCES data_mapping_configs (mapping_id) ON DELETE SET NULL,
  import_type        varchar(50) NOT NULL,
  source_info        jsonb       NOT NULL,
  records_processed  integer              DEFAULT 0,
  records_successful integer              DEFAULT 0,
  records_failed     integer              DEFAULT 0,
  import_status      varchar(20)          DEFAULT 'pending'
    CHECK (import_status IN ('pending', 'completed', 'failed', 'partial')),
  error_log          jsonb                DEFAULT '[]',
  created_by         uuid                 REFERENCES users (user_id) ON DELETE SET NULL,
  created_at         timestamptz          DEFAULT now()
);
CREATE INDEX IF NOT EXISTS idx_import_history_table ON individual_import_history (table_id);

-- =====================================================================================================================
-- Architecture: candidate system configurations and their diagrams. Keys are varchar here.
-- =====================================================================================================================

-- A candidate architecture, as nested JSON.
CREATE TABLE IF NOT EXISTS configurations (
  config_id          varchar(36)  PRIMARY KEY,
  project_id         uuid         NOT NULL REFERENCES projects (project_id) ON DELETE CASCADE,
  name               varchar(255) NOT NULL,
  ontology_graph     text         NOT NULL,
  source_requirement varchar(36),
  structure          jsonb        NOT NULL,
  das_metadata       jsonb,
  created_by         uuid         NOT NULL REFERENCES users (user_id) ON DELETE CASCADE,
  created_at         timestamptz           DEFAULT now(),
  modified_at        timestamptz           DEFAULT now()
);
CREATE INDEX IF NOT EXISTS idx_configurations_created        ON configurations (created_at);
CREATE INDEX IF NOT EXISTS idx_configurations_das_confidence ON configurations ((das_metadata ->> 'confidence'));
CREATE INDEX IF NOT EXISTS idx_configurations_metadata       ON configurations USING gin (das_metadata);
CREATE INDEX IF NOT EXISTS idx_configurations_project        ON configurations (project_id);
CREATE INDEX IF NOT EXISTS idx_configurations_source         ON configurations (source_requirement);

-- Nodes of a diagram. Unused by the ODRAS backend.
CREATE TABLE IF NOT EXISTS configuration_nodes (
  node_id      varchar(100) PRIMARY KEY,
  config_id    varchar(36)  NOT NULL REFERENCES configurations (config_id) ON DELETE CASCADE,
  node_type    varchar(50)  NOT NULL,
  label        varchar(255) NOT NULL,
  properties   jsonb,
  das_metadata jsonb,
  style        jsonb,
  metadata     jsonb
);
CREATE INDEX IF NOT EXISTS idx_config_nodes_config   ON configuration_nodes (config_id);
CREATE INDEX IF NOT EXISTS idx_config_nodes_metadata ON configuration_nodes USING gin (metadata);
CREATE INDEX IF NOT EXISTS idx_config_nodes_type     ON configuration_nodes (node_type);

-- Edges of a diagram. Unused by the ODRAS backend.
CREATE TABLE IF NOT EXISTS configuration_edges (
  edge_id      varchar(100) PRIMARY KEY,
  config_id    varchar(36)  NOT NULL REFERENCES configurations (config_id) ON DELETE CASCADE,
  source_id    varchar(100) NOT NULL,
  target_id    varchar(100) NOT NULL,
  edge_type    varchar(50)  NOT NULL,
  label        varchar(255) NOT NULL,
  properties   jsonb,
  das_metadata jsonb
);
CREATE INDEX IF NOT EXISTS idx_config_edges_config ON configuration_edges (config_id);
CREATE INDEX IF NOT EXISTS idx_config_edges_source ON configuration_edges (source_id);
CREATE INDEX IF NOT EXISTS idx_config_edges_target ON configuration_edges (target_id);
CREATE INDEX IF NOT EXISTS idx_config_edges_type   ON configuration_edges (edge_type);

-- Groups of nodes of a diagram. Unused by the ODRAS backend.
CREATE TABLE IF NOT EXISTS configuration_clusters (
  cluster_id varchar(100) PRIMARY KEY,
  config_id  varchar(36)           REFERENCES configurations (config_id) ON DELETE CASCADE,
  label      varchar(255) NOT NULL,
  node_ids   jsonb        NOT NULL,
  metadata   jsonb
);
CREATE INDEX IF NOT EXISTS idx_config_clusters_config   ON configuration_clusters (config_id);
CREATE INDEX IF NOT EXISTS idx_config_clusters_metadata ON configuration_clusters USING gin (metadata);

-- Which node of a configuration stands for which individual.
CREATE TABLE IF NOT EXISTS configuration_individual_sync (
  sync_id      varchar(36)  PRIMARY KEY,
  config_id    varchar(36)  NOT NULL REFERENCES configurations (config_id) ON DELETE CASCADE,
  table_id     uuid         NOT NULL REFERENCES individual_tables_config (table_id) ON DELETE CASCADE,
  instance_id  uuid         NOT NULL,
  node_id      varchar(100) NOT NULL,
  sync_status  varchar(20)  NOT NULL DEFAULT 'synced' CHECK (sync_status IN ('synced', 'modified', 'deleted')),
  last_sync_at timestamptz           DEFAULT now(),
  UNIQUE (config_id, instance_id)
);
CREATE INDEX IF NOT EXISTS idx_sync_config   ON configuration_individual_sync (config_id);
CREATE INDEX IF NOT EXISTS idx_sync_instance ON configuration_individual_sync (instance_id);
CREATE INDEX IF NOT EXISTS idx_sync_status   ON configuration_individual_sync (sync_status);
CREATE INDEX IF NOT EXISTS idx_sync_table    ON configuration_individual_sync (table_id);

-- Jobs in which the assistant generates configurations.
CREATE TABLE IF NOT EXISTS das_generation_jobs (
  job_id                   varchar(36)  PRIMARY KEY,
  project_id               uuid         NOT NULL REFERENCES projects (project_id) ON DELETE CASCADE,
  user_id                  uuid         NOT NULL REFERENCES users (user_id) ON DELETE CASCADE,
  status                   varchar(20)  NOT NULL DEFAULT 'started'
    CHECK (status IN ('started', 'processing', 'completed', 'failed', 'cancelled')),
  progress                 numeric(5,2)          DEFAULT 0.00,
  requirement_ids          jsonb,
  das_options              jsonb,
  filters                  jsonb,
  results                  jsonb,
  errors                   jsonb,
  configurations_generated integer               DEFAULT 0,
  error_message            text,
  created_at               timestamptz           DEFAULT now(),
  updated_at               timestamptz           DEFAULT now()
);
CREATE INDEX IF NOT EXISTS idx_das_jobs_created ON das_generation_jobs (created_at);
CREATE INDEX IF NOT EXISTS idx_das_jobs_project ON das_generation_jobs (project_id);
CREATE INDEX IF NOT EXISTS idx_das_jobs_status  ON das_generation_jobs (status);
CREATE INDEX IF NOT EXISTS idx_das_jobs_user    ON das_generation_jobs (user_id);

-- Configurations of each project. One counts as generated when the assistant left its metadata on it.
CREATE OR REPLACE VIEW configuration_statistics AS
SELECT project_id,
       count(*)                              AS total_configurations,
       count(*) FILTER (WHERE generated)     AS das_generated,
       count(*) FILTER (WHERE NOT generated) AS manual_configurations,
       avg(confidence)                       AS avg_das_confidence,
       min(created_at)                       AS oldest_config,
       max(created_at)                       AS newest_config
FROM (
  SELECT project_id, created_at,
         coalesce(das_metadata, '{}') <> '{}' AS generated,
         CASE jsonb_typeof(das_metadata -> 'confidence')
           WHEN 'number' THEN (das_metadata ->> 'confidence')::numeric END AS confidence
  FROM configurations
) AS each_configuration
GROUP BY project_id;

-- =====================================================================================================================
-- Competency questions: questions, their runs, and the microtheories they are asked of.
-- =====================================================================================================================

-- Competency questions: a SPARQL template, and what its answer must look like.
CREATE TABLE IF NOT EXISTS cqs (
  id             uuid          PRIMARY KEY DEFAULT gen_random_uuid(),
  project_id     uuid          NOT NULL REFERENCES projects (project_id) ON DELETE CASCADE,
  cq_name        varchar(255)  NOT NULL,
  problem_text   text          NOT NULL,
  params_json    jsonb                  DEFAULT '{}',
  sparql_text    text          NOT NULL,
  mt_iri_default varchar(1000),
  contract_json  jsonb         NOT NULL,
  status         varchar(50)            DEFAULT 'draft' CHECK (status IN ('draft', 'active', 'deprecated')),
  created_by     uuid                   REFERENCES users (user_id),
  created_at     timestamptz            DEFAULT now(),
  updated_at     timestamptz            DEFAULT now(),
  UNIQUE (project_id, cq_name)
);
CREATE INDEX IF NOT EXISTS idx_cqs_contract   ON cqs USING gin (contract_json);
CREATE INDEX IF NOT EXISTS idx_cqs_created_at ON cqs (created_at);
CREATE INDEX IF NOT EXISTS idx_cqs_created_by ON cqs (created_by);
CREATE INDEX IF NOT EXISTS idx_cqs_params     ON cqs USING gin (params_json);
CREATE INDEX IF NOT EXISTS idx_cqs_project_id ON cqs (project_id);
CREATE INDEX IF NOT EXISTS idx_cqs_status     ON cqs (status);
CREATE OR REPLACE TRIGGER update_cqs_updated_at BEFORE UPDATE ON cqs
  FOR EACH ROW EXECUTE FUNCTION update_cqs_updated_at();

-- One run of a question against one microtheory.
CREATE TABLE IF NOT EXISTS cq_runs (
  id                uuid          PRIMARY KEY DEFAULT gen_random_uuid(),
  cq_id             uuid          NOT NULL REFERENCES cqs (id) ON DELETE CASCADE,
  mt_iri            varchar(1000) NOT NULL,
  params_json       jsonb                  DEFAULT '{}',
  pass              boolean       NOT NULL,
  reason            text,
  row_count         integer,
  columns_json      jsonb,
  rows_preview_json jsonb,
  latency_ms        integer,
  executed_by       uuid                   REFERENCES users (user_id),
  created_at        timestamptz            DEFAULT now()
);
CREATE INDEX IF NOT EXISTS idx_cq_runs_cq_id       ON cq_runs (cq_id);
CREATE INDEX IF NOT EXISTS idx_cq_runs_created_at  ON cq_runs (created_at DESC);
CREATE INDEX IF NOT EXISTS idx_cq_runs_executed_by ON cq_runs (executed_by);
CREATE INDEX IF NOT EXISTS idx_cq_runs_mt_iri      ON cq_runs (mt_iri);
CREATE INDEX IF NOT EXISTS idx_cq_runs_pass        ON cq_runs (pass);

-- Named graphs of a project; at most one is its default.
CREATE TABLE IF NOT EXISTS microtheories (
  id          uuid          PRIMARY KEY DEFAULT gen_random_uuid(),
  project_id  uuid          NOT NULL REFERENCES projects (project_id) ON DELETE CASCADE,
  label       varchar(255)  NOT NULL,
  description text,
  iri         varchar(1000) NOT NULL UNIQUE,
  parent_iri  varchar(1000),
  is_default  boolean                DEFAULT false,
  created_by  uuid                   REFERENCES users (user_id),
  created_at  timestamptz            DEFAULT now(),
  updated_by  uuid                   REFERENCES users (user_id),
  updated_at  timestamptz            DEFAULT now(),
  UNIQUE (project_id, label)
);
CREATE INDEX IF NOT EXISTS idx_mt_created_by ON microtheories (created_by);
CREATE INDEX IF NOT EXISTS idx_mt_iri        ON microtheories (iri);
CREATE INDEX IF NOT EXISTS idx_mt_is_default ON microtheories (is_default);
CREATE INDEX IF NOT EXISTS idx_mt_parent_iri ON microtheories (parent_iri);
CREATE INDEX IF NOT EXISTS idx_mt_project_id ON microtheories (project_id);

-- A new default takes the place of the project's old one.
CREATE OR REPLACE FUNCTION ensure_single_default_mt() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  UPDATE microtheories SET is_default = false WHERE project_id = NEW.project_id AND id <> NEW.id AND is_default;
  RETURN NEW;
END $$;
CREATE OR REPLACE TRIGGER trigger_ensure_single_default_mt BEFORE INSERT OR UPDATE ON microtheories
  FOR EACH ROW WHEN (NEW.is_default = true) EXECUTE FUNCTION ensure_single_default_mt();

-- Ontology elements a microtheory refers to.
CREATE TABLE IF NOT EXISTS mt_ontology_dependencies (
  id                     uuid        PRIMARY KEY DEFAULT gen_random_uuid(),
  mt_id                  uuid        NOT NULL REFERENCES microtheories (id) ON DELETE CASCADE,
  ontology_graph_iri     text        NOT NULL,
  referenced_element_iri text        NOT NULL,
  element_type           varchar(50) NOT NULL
    CHECK (element_type IN ('Class', 'ObjectProperty', 'DatatypeProperty', 'Individual', 'Other')),
  first_detected_at      timestamptz          DEFAULT now(),
  last_validated_at      timestamptz,
  is_valid               boolean              DEFAULT true,
  UNIQUE (mt_id, referenced_element_iri)
);
CREATE INDEX IF NOT EXISTS idx_mt_deps_element ON mt_ontology_dependencies (referenced_element_iri);
CREATE INDEX IF NOT EXISTS idx_mt_deps_graph   ON mt_ontology_dependencies (ontology_graph_iri);
CREATE INDEX IF NOT EXISTS idx_mt_deps_mt_id   ON mt_ontology_dependencies (mt_id);
CREATE INDEX IF NOT EXISTS idx_mt_deps_type    ON mt_ontology_dependencies (element_type);
CREATE INDEX IF NOT EXISTS idx_mt_deps_valid   ON mt_ontology_dependencies (is_valid);

-- =====================================================================================================================
-- Rows every installation starts with.
-- =====================================================================================================================

INSERT INTO tenants (tenant_id, tenant_code, tenant_name, tenant_type, base_iri) VALUES
  ('00000000-0000-0000-0000-000000000000', 'system', 'System', 'system', 'https://odras.example')
ON CONFLICT DO NOTHING;

INSERT INTO installation_config
  (id, installation_name, installation_type, top_level_domain, base_uri, organization) VALUES
  ('00000000-0000-4000-8000-000000000001', 'ODRAS', 'demonstration', 'example', 'https://odras.example', 'ODRAS')
ON CONFLICT DO NOTHING;

-- The same keys in every database, so that answers can be compared.
INSERT INTO prefix_registry (id, prefix, description, owner, created_by)
SELECT md5('prefix ' || name)::uuid, name, description, 'system', 'system' FROM (VALUES
  ('odras',    'This installation'),
  ('gov',      'Government'),
  ('army',     'Land forces'),
  ('navy',     'Naval forces'),
  ('air',      'Air forces'),
  ('space',    'Space agencies'),
  ('industry', 'Industry'),
  ('academia', 'Universities and research')
) listed (name, description)
ON CONFLICT DO NOTHING;

INSERT INTO domain_registry (id, domain, description, owner, created_by)
SELECT md5('domain ' || name)::uuid, name, description, 'system', 'system' FROM (VALUES
  ('systems-engineering', 'Systems engineering'),
  ('requirements',        'Requirements and their flow'),
  ('aeronautics',         'Airframes and flight'),
  ('propulsion',          'Propulsion and power'),
  ('sensing',             'Sensors and payloads'),
  ('communications',      'Data links and networks'),
  ('software',            'Software'),
  ('operations',          'Missions and their conduct'),
  ('safety',              'Safety and airworthiness'),
  ('cybersecurity',       'Protection against attack'),
  ('logistics',           'Supply and maintenance'),
  ('cost',                'Cost and schedule')
) listed (name, description)
ON CONFLICT DO NOTHING;

INSERT INTO namespace_registry (id, name, type, path, prefix, status, owners, description) VALUES
  ('00000000-0000-4000-8000-000000000011', 'odras-core', 'core', 'odras/core', 'odras-core', 'released',
   ARRAY['system'], 'Terms every project shares'),
  ('00000000-0000-4000-8000-000000000012', 'systems-engineering', 'domain', 'odras/se', 'se', 'released',
   ARRAY['system'], 'Terms of systems engineering')
ON CONFLICT DO NOTHING;

INSERT INTO namespace_versions (id, namespace_id, version, version_iri, status, released_at)
SELECT md5('version ' || path)::uuid, id, '1.0.0', 'https://odras.example/' || path || '/1.0.0', 'released', '2026-01-05 09:00:00'
FROM namespace_registry WHERE prefix IN ('odras-core', 'se')
ON CONFLICT DO NOTHING;
