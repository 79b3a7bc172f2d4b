-- The rows of the benchmark in the tables of ODRAS, the same at every run: 200 projects, 500 users, 100,000 requirements,
-- 200,000 constraints, 200,000 notes. Twenty large projects hold 2,000 requirements each, the others some 333.
-- Triggers and foreign keys are not run; the keys are right by construction.
SET LOCAL session_replication_role = replica;
SET LOCAL synchronous_commit = off;

-- A number from 0 to below n that looks random and is not.
CREATE FUNCTION pg_temp.pick(i integer, salt text, n integer) RETURNS integer LANGUAGE sql IMMUTABLE PARALLEL SAFE AS
  $$ SELECT ('x' || substr(md5(salt || i), 1, 7))::bit(28)::integer % n $$;
CREATE FUNCTION pg_temp.key(kind text, i integer) RETURNS uuid LANGUAGE sql IMMUTABLE PARALLEL SAFE AS
  $$ SELECT md5(kind || i)::uuid $$;
CREATE FUNCTION pg_temp.word(i integer, salt text, words text[]) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS
  $$ SELECT words[1 + ('x' || substr(md5(salt || i), 1, 7))::bit(28)::integer % cardinality(words)] $$;
-- With microseconds, as now() gives them.
CREATE FUNCTION pg_temp.moment(i integer, salt text) RETURNS timestamptz LANGUAGE sql IMMUTABLE PARALLEL SAFE AS
  $$ SELECT to_timestamp(1704067200 + i::double precision * 517 + ('x' || substr(md5(salt || i), 1, 5))::bit(20)::integer / 1048576.0) $$;

CREATE TEMPORARY TABLE words ON COMMIT DROP AS SELECT
  '{air vehicle,ground station,flight computer,battery pack,radio link,inertial sensor,payload bay,winch,propulsion unit,mission planner,operator console,recovery parachute,navigation filter,obstacle detector,power distribution unit}'::text[] AS subjects,
  '{report,limit,maintain,record,transmit,verify,restore,monitor,display,isolate}'::text[] AS verbs,
  '{position accuracy,battery charge,link quality,airspeed,supply pressure,cabin temperature,commanded altitude,motor current,payload mass,heading error,the state of every actuator,"the mission timeline \"as flown\""}'::text[] AS objects,
  '{during take-off and landing,in rain of 10 mm per hour,at altitudes up to 3000 m,after the loss of one motor,while the link is degraded,between -20 °C and +50 °C,with a payload of 25 kg,at night without lights on the ground}'::text[] AS conditions,
  '{the operator can abort the mission in time,no single failure leads to a loss of the vehicle,"deliveries reach the people who wait for them",maintenance can be planned a week ahead,the flight stays inside its approved volume}'::text[] AS reasons;

INSERT INTO users (user_id, username, display_name, is_admin, is_active, iri, created_at, updated_at)
  SELECT pg_temp.key('user', i), 'user' || i,
    pg_temp.word(i, 'first', '{Ada,Bjørn,Chloé,Dmitri,Elena,Farid,Grace,Hiro,Inès,Jürgen}') || ' ' || pg_temp.word(i, 'last', '{Adler,Brown,Costa,Dubois,Eriksen,Fischer,García,Huang,Ivanova,O''Neill}'),
    i % 100 = 0, i % 17 <> 0, CASE WHEN i % 3 = 0 THEN 'https://odras.example/users/' || i END, pg_temp.moment(i, 'user'), pg_temp.moment(i, 'user later')
  FROM generate_series(1, 500) i;

INSERT INTO projects (project_id, name, description, domain, status, created_by, is_active, iri, project_level, parent_project_id, publication_status, created_at, updated_at)
  SELECT pg_temp.key('project', i), initcap(pg_temp.word(i, 'project', subjects)) || ' ' || lpad(i::text, 3, '0'),
    CASE WHEN i % 5 > 0 THEN 'What the ' || pg_temp.word(i, 'project', subjects) || ' must do so that ' || pg_temp.word(i, 'why', reasons) || '.' END,
    pg_temp.word(i, 'domain', '{systems-engineering,aeronautics,logistics,avionics}'), CASE WHEN i % 10 = 9 THEN 'archived' ELSE 'active' END,
    CASE WHEN i % 20 > 0 THEN pg_temp.key('user', 1 + pg_temp.pick(i, 'by', 500)) END, true, 'https://odras.example/projects/' || i,
    least(3, i / 10), CASE WHEN i >= 10 THEN pg_temp.key('project', i / 10) END, CASE WHEN i % 4 = 0 THEN 'published' ELSE 'draft' END,
    pg_temp.moment(i, 'project'), pg_temp.moment(i, 'project later')
  FROM generate_series(0, 199) i, words;

INSERT INTO requirements_enhanced (requirement_id, project_id, requirement_identifier, requirement_title, requirement_text, requirement_rationale,
    requirement_type, category, subcategory, priority, state, verification_method, verification_status, is_published, tags, metadata,
    created_by, created_at, updated_by, updated_at, version, extraction_confidence, extraction_method)
  SELECT pg_temp.key('requirement', i),
    pg_temp.key('project', CASE WHEN i < 40000 THEN i % 20 ELSE 20 + i % 180 END),
    'REQ-' || lpad((CASE WHEN i < 40000 THEN i / 20 ELSE i / 180 END)::text, 5, '0'),
    initcap(subject) || ': ' || object,
    'The ' || subject || ' shall ' || verb || ' ' || object || ' ' || condition || ' within ' || 1 + pg_temp.pick(i, 'seconds', 900) || ' seconds of the event, so that ' || reason || '.',
    CASE WHEN i % 3 = 0 THEN 'Otherwise it cannot be shown that ' || reason || '.' END,
    pg_temp.word(i, 'type', '{functional,functional,functional,functional,performance,performance,safety,interface,operational,design}'),
    CASE WHEN i % 4 > 0 THEN pg_temp.word(i, 'category', '{navigation,energy,communication,structure,"human factors"}') END,
    CASE WHEN i % 10 = 0 THEN 'subsystem' END,
    pg_temp.word(i, 'priority', '{critical,high,high,high,medium,medium,medium,medium,low,low}'),
    pg_temp.word(i, 'state', '{draft,draft,draft,review,review,approved,approved,approved,published,cancelled}'),
    CASE WHEN i % 3 > 0 THEN pg_temp.word(i, 'method', '{test,analysis,inspection,demonstration}') END,
    pg_temp.word(i, 'verification', '{not_started,not_started,in_progress,passed}'), i % 7 = 0,
    jsonb_build_array(replace(subject, ' ', '-'), 'release-' || i % 9), jsonb_build_object('source', 'import', 'page', i % 300),
    CASE WHEN i % 20 > 0 THEN pg_temp.key('user', 1 + pg_temp.pick(i, 'by', 500)) END, pg_temp.moment(i, 'requirement'),
    CASE WHEN i % 2 > 0 THEN pg_temp.key('user', 1 + pg_temp.pick(i, 'changed', 500)) END, pg_temp.moment(i, 'requirement later'),
    1 + pg_temp.pick(i, 'version', 5), CASE WHEN i % 3 = 0 THEN pg_temp.pick(i, 'sure', 101) / 100.0 END, CASE WHEN i % 3 = 0 THEN 'llm' END
  FROM words, generate_series(0, 99999) i,
    LATERAL (SELECT pg_temp.word(i, 'subject', subjects) AS subject, pg_temp.word(i, 'verb', verbs) AS verb, pg_temp.word(i, 'object', objects) AS object,
      pg_temp.word(i, 'condition', conditions) AS condition, pg_temp.word(i, 'reason', reasons) AS reason) text;

-- None to about eight of each on a requirement, two in the middle.
INSERT INTO requirements_constraints (constraint_id, requirement_id, constraint_type, constraint_name, constraint_description, value_type,
    numeric_value, numeric_unit, range_min, range_max, range_unit, enumeration_values, measurement_method, tolerance, priority, created_by, created_at, updated_at)
  SELECT pg_temp.key('constraint', i), pg_temp.key('requirement', pg_temp.pick(i, 'constrains', 100000)),
    pg_temp.word(i, 'constraint', '{threshold,threshold,threshold,objective,objective,kpc,kpp,environmental}'),
    initcap(object) || ' limit', 'The ' || object || ' as measured ' || pg_temp.word(i, 'when', conditions) || '.',
    CASE WHEN i % 4 = 0 THEN 'range' ELSE 'numeric' END,
    CASE WHEN i % 4 > 0 THEN pg_temp.pick(i, 'value', 1000000) / 1000.0 END, CASE WHEN i % 4 > 0 THEN pg_temp.word(i, 'unit', '{m,s,kg,V,A,km/h,%}') END,
    CASE WHEN i % 4 = 0 THEN pg_temp.pick(i, 'least', 1000) / 10.0 END, CASE WHEN i % 4 = 0 THEN 100 + pg_temp.pick(i, 'most', 1000) / 10.0 END, CASE WHEN i % 4 = 0 THEN 'm' END,
    CASE WHEN i % 50 = 0 THEN '["low", "high"]'::jsonb END, CASE WHEN i % 2 = 0 THEN 'flight test' END, CASE WHEN i % 2 = 0 THEN 0.5 END,
    pg_temp.word(i, 'how much', '{critical,high,medium,medium,low}'), pg_temp.key('user', 1 + pg_temp.pick(i, 'constrained', 500)),
    pg_temp.moment(i / 2, 'constraint'), pg_temp.moment(i / 2, 'constraint later')
  FROM words, generate_series(0, 199999) i, LATERAL (SELECT pg_temp.word(i, 'of', objects) AS object) text;

INSERT INTO requirements_notes (note_id, requirement_id, note_text, note_type, is_resolved, resolved_at, resolved_by, resolution_text, visibility, created_by, created_at, updated_at)
  SELECT pg_temp.key('note', i), pg_temp.key('requirement', pg_temp.pick(i, 'notes', 100000)),
    pg_temp.word(i, 'begins', '{"Discussed in the review:","Open question:","From the flight test:","Supplier says:"}') || ' is "' || pg_temp.word(i, 'about', objects)
      || '" meant ' || pg_temp.word(i, 'in', conditions) || '?' || CASE WHEN i % 3 = 0 THEN E'\nSee also the minutes of week ' || i % 52 || '.' ELSE '' END,
    pg_temp.word(i, 'note', '{general,general,issue,clarification,review}'), i % 4 = 0, CASE WHEN i % 4 = 0 THEN pg_temp.moment(i / 2 + 100, 'resolved') END,
    CASE WHEN i % 4 = 0 THEN pg_temp.key('user', 1 + pg_temp.pick(i, 'resolver', 500)) END, CASE WHEN i % 4 = 0 THEN 'Agreed in the next review.' END,
    pg_temp.word(i, 'seen', '{project,project,public,private}'), CASE WHEN i % 20 > 0 THEN pg_temp.key('user', 1 + pg_temp.pick(i, 'author', 500)) END,
    pg_temp.moment(i / 2, 'note'), pg_temp.moment(i / 2, 'note later')
  FROM words, generate_series(0, 199999) i;

-- A member of five projects, and the token that says so: SHA-256 of "benchmark".
INSERT INTO project_members (project_id, user_id, role)
  SELECT pg_temp.key('project', i), pg_temp.key('user', 7), 'viewer' FROM unnest('{3,11,34,83,132}'::integer[]) i;
INSERT INTO auth_tokens (token_hash, user_id, username, expires_at)
  VALUES (encode(sha256('benchmark'), 'hex'), pg_temp.key('user', 7), 'user7', now() + interval '10 years');

-- The text indexes that the gateway's schema names.
CREATE EXTENSION IF NOT EXISTS pg_trgm;
CREATE INDEX IF NOT EXISTS requirements_enhanced_requirement_title_trigram ON requirements_enhanced USING gin (requirement_title gin_trgm_ops);
CREATE INDEX IF NOT EXISTS requirements_enhanced_requirement_text_fulltext ON requirements_enhanced USING gin (to_tsvector('english', requirement_text));
