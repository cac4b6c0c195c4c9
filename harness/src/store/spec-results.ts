/**
 * Results of the official suite over time: one run per engine with counts, counts per file, and the failures.
 */
import type Database from 'better-sqlite3';
import type {EngineKey} from '../engines/keys.ts';

export interface SpecCounts {
  readonly pass: number;
  readonly fail: number;
  readonly unsupported: number;
  readonly skip: number;
  readonly crash: number;
  readonly timeout: number;
  readonly textPass: number;
  readonly textFail: number;
}

export interface SpecFailureRow {
  readonly file: string;
  readonly line: number;
  readonly directive: string;
  readonly status: string;
  readonly message: string;
}

export interface SpecRun {
  /** Row of the engine's build. */
  readonly build: number;
  readonly suite: string;
  /** Milliseconds since the epoch, and how long the whole run took. */
  readonly beganMs: number;
  readonly wallMs: number;
  /** Whether all of the suite ran. */
  readonly whole: boolean;
  readonly counts: SpecCounts;
  readonly files: readonly {readonly file: string; readonly counts: SpecCounts}[];
  readonly failures: readonly SpecFailureRow[];
}

/** Stores a run in one transaction. */
export function recordSpecRun(database: Database.Database, run: SpecRun): void {
  database.transaction(() => {
    const {pass, fail, unsupported, skip, crash, timeout, textPass, textFail} = run.counts;
    const id = database
      .prepare(`INSERT INTO spec_run (engine_build_id, suite, t_ms, wall_ms, whole, pass, fail, unsupported, skip, crash, timeout, text_pass, text_fail)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`)
      .run(
        run.build,
        run.suite,
        run.beganMs,
        run.wallMs,
        run.whole ? 1 : 0,
        pass,
        fail,
        unsupported,
        skip,
        crash,
        timeout,
        textPass,
        textFail,
      ).lastInsertRowid;
    const insertFile = database.prepare('INSERT INTO spec_result VALUES (?, ?, ?, ?, ?, ?, ?, ?)');
    for (const {file, counts: of} of run.files)
      insertFile.run(id, file, of.pass, of.fail, of.unsupported, of.skip, of.crash, of.timeout);
    const insertFailure = database.prepare('INSERT INTO spec_failure VALUES (?, ?, ?, ?, ?, ?, ?)');
    run.failures.forEach(({file, line, directive, status, message}, ordinal) => {
      insertFailure.run(id, file, line, ordinal, directive, status, message);
    });
  })();
}

/** Files with failures in the latest run of an engine, in order. */
export function lastFailedFiles(database: Database.Database, key: EngineKey): string[] {
  const rows = database
    .prepare(`SELECT DISTINCT file FROM spec_failure WHERE run_id =
    (SELECT max(spec_run.id) FROM spec_run JOIN engine_build ON engine_build.id = engine_build_id JOIN engine ON engine.id = engine_id WHERE engine.key = ?)
    ORDER BY file`)
    .all(key) as {file: string}[];
  return rows.map(({file}) => file);
}
