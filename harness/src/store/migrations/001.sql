-- Engines and their builds.
CREATE TABLE engine (
  id INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE, family TEXT NOT NULL, trust INTEGER NOT NULL) STRICT;
CREATE TABLE engine_build (
  id INTEGER PRIMARY KEY, engine_id INTEGER NOT NULL REFERENCES engine(id),
  version TEXT NOT NULL, first_seen_ms INTEGER NOT NULL, UNIQUE(engine_id, version)) STRICT;

-- Campaigns. Everything below `watermark` is committed; a resumed campaign goes on there.
CREATE TABLE campaign (
  id INTEGER PRIMARY KEY, slug TEXT NOT NULL UNIQUE, root_seed TEXT NOT NULL, config TEXT NOT NULL,
  tool_version TEXT NOT NULL, generator_version TEXT NOT NULL,
  started_ms INTEGER NOT NULL, ended_ms INTEGER, watermark INTEGER NOT NULL DEFAULT 0,
  state TEXT NOT NULL CHECK (state IN ('running','stopped','done')), stop_reason TEXT,
  cases INTEGER NOT NULL DEFAULT 0, executions INTEGER NOT NULL DEFAULT 0, unsupported INTEGER NOT NULL DEFAULT 0,
  digest INTEGER NOT NULL DEFAULT 0) STRICT;
CREATE TABLE campaign_engine (
  campaign_id INTEGER NOT NULL REFERENCES campaign(id) ON DELETE CASCADE,
  engine_build_id INTEGER NOT NULL REFERENCES engine_build(id),
  executions INTEGER NOT NULL DEFAULT 0, traps INTEGER NOT NULL DEFAULT 0, timeouts INTEGER NOT NULL DEFAULT 0,
  unsupported INTEGER NOT NULL DEFAULT 0, odd_one_out INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (campaign_id, engine_build_id)) STRICT, WITHOUT ROWID;
-- Time series, one row every ten seconds.
CREATE TABLE sample (
  campaign_id INTEGER NOT NULL REFERENCES campaign(id) ON DELETE CASCADE, t_ms INTEGER NOT NULL,
  cases INTEGER NOT NULL, executions INTEGER NOT NULL, buckets INTEGER NOT NULL, rss_mb INTEGER NOT NULL,
  timings TEXT NOT NULL, PRIMARY KEY (campaign_id, t_ms)) STRICT, WITHOUT ROWID;
-- Uses of legal differences, so that a row of the table that hides too much is seen.
CREATE TABLE legal_difference (
  campaign_id INTEGER NOT NULL REFERENCES campaign(id) ON DELETE CASCADE, rule TEXT NOT NULL, uses INTEGER NOT NULL,
  PRIMARY KEY (campaign_id, rule)) STRICT, WITHOUT ROWID;

-- Content-addressed bytes.
CREATE TABLE blob (sha BLOB PRIMARY KEY, size INTEGER NOT NULL, data BLOB NOT NULL) STRICT, WITHOUT ROWID;

-- One bucket is one suspected bug.
CREATE TABLE bucket (
  id INTEGER PRIMARY KEY, slug TEXT NOT NULL UNIQUE,
  kind TEXT NOT NULL CHECK (kind IN ('value','state','trap','validate','link','compile','crash','timeout')),
  suspect TEXT NOT NULL, title TEXT NOT NULL,
  status TEXT NOT NULL DEFAULT 'new' CHECK (status IN ('new','confirmed','reported','fixed','regressed','expected','wontfix','flaky','duplicate')),
  first_seen_ms INTEGER NOT NULL, last_seen_ms INTEGER NOT NULL, hits INTEGER NOT NULL DEFAULT 0,
  repro_ok INTEGER NOT NULL DEFAULT 0, repro_n INTEGER NOT NULL DEFAULT 0) STRICT;
CREATE TABLE signature (
  id INTEGER PRIMARY KEY, level INTEGER NOT NULL, hash BLOB NOT NULL, text TEXT NOT NULL,
  bucket_id INTEGER NOT NULL REFERENCES bucket(id), hits INTEGER NOT NULL DEFAULT 0, UNIQUE(level, hash)) STRICT;
CREATE INDEX signature_bucket ON signature(bucket_id);
CREATE TABLE divergence (
  id INTEGER PRIMARY KEY, campaign_id INTEGER NOT NULL REFERENCES campaign(id) ON DELETE CASCADE,
  seed_index INTEGER NOT NULL, kind TEXT NOT NULL, partition TEXT NOT NULL, channel TEXT NOT NULL,
  shown TEXT NOT NULL, believed TEXT NOT NULL, module_sha BLOB REFERENCES blob(sha), module_bytes INTEGER NOT NULL,
  bucket_id INTEGER NOT NULL REFERENCES bucket(id), reproduced TEXT NOT NULL CHECK (reproduced IN ('yes','no','unverified')),
  found_ms INTEGER NOT NULL, UNIQUE(campaign_id, seed_index)) STRICT;
CREATE INDEX divergence_bucket ON divergence(bucket_id, module_bytes);

-- Spec results over time.
CREATE TABLE spec_run (
  id INTEGER PRIMARY KEY, engine_build_id INTEGER NOT NULL REFERENCES engine_build(id), suite TEXT NOT NULL, t_ms INTEGER NOT NULL,
  wall_ms INTEGER NOT NULL, whole INTEGER NOT NULL, pass INTEGER NOT NULL, fail INTEGER NOT NULL, unsupported INTEGER NOT NULL,
  skip INTEGER NOT NULL, crash INTEGER NOT NULL, timeout INTEGER NOT NULL, text_pass INTEGER NOT NULL, text_fail INTEGER NOT NULL) STRICT;
CREATE INDEX spec_run_time ON spec_run(engine_build_id, t_ms);
CREATE TABLE spec_result (
  run_id INTEGER NOT NULL REFERENCES spec_run(id) ON DELETE CASCADE, file TEXT NOT NULL, pass INTEGER NOT NULL, fail INTEGER NOT NULL,
  unsupported INTEGER NOT NULL, skip INTEGER NOT NULL, crash INTEGER NOT NULL, timeout INTEGER NOT NULL,
  PRIMARY KEY (run_id, file)) STRICT, WITHOUT ROWID;
CREATE TABLE spec_failure (
  run_id INTEGER NOT NULL REFERENCES spec_run(id) ON DELETE CASCADE, file TEXT NOT NULL, line INTEGER NOT NULL, ordinal INTEGER NOT NULL,
  directive TEXT NOT NULL, status TEXT NOT NULL, message TEXT NOT NULL, PRIMARY KEY (run_id, file, line, ordinal)) STRICT, WITHOUT ROWID;
