/**
 * Opens the store: one SQLite file, WAL, one writer (the supervisor). Migrations are forward-only SQL files, applied in
 * one transaction each and keyed on `user_version`; the file is copied aside first. A newer file than the tool is refused.
 */
import {copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync} from 'node:fs';
import {dirname} from 'node:path';
import {fileURLToPath} from 'node:url';
import Database from 'better-sqlite3';

/** An open store file. */
export type StoreDatabase = Database.Database;

/** The store cannot be used; the message says why and what to do. */
export class StoreError extends Error {
  override name = 'StoreError';
}

const APPLICATION_ID = 0x706c7831; // 'plx1'
const [WAL_ATTEMPTS, WAL_PAUSE_MS] = [100, 20];
const directory = fileURLToPath(new URL('./migrations/', import.meta.url));

/** The migrations in order: number and SQL. */
function migrations(): {number: number; sql: string}[] {
  const files = readdirSync(directory)
    .filter((file) => /^\d{3}\.sql$/.test(file))
    .sort();
  return files.map((file) => ({number: Number(file.slice(0, 3)), sql: readFileSync(directory + file, 'utf8')}));
}

/** Opens or creates the store for writing (`readonly`: for looking only). Throws StoreError. */
export function openDatabase(path: string, {readonly = false} = {}): Database.Database {
  if (readonly && !existsSync(path)) throw new StoreError(`no store at ${path}; a campaign makes one: parallax fuzz`);
  mkdirSync(dirname(path), {recursive: true});
  try {
    const database = new Database(path, {readonly, timeout: 5000});
    prepare(database, path, readonly);
    return database;
  } catch (error) {
    if (error instanceof StoreError) throw error;
    throw new StoreError(`cannot open the store ${path}: ${(error as Error).message}`, {cause: error});
  }
}

function prepare(database: Database.Database, path: string, readonly: boolean): void {
  const known = migrations();
  const newest = known.at(-1)!.number;
  const {id, version, isUsed} = factsOf(database);
  if (id !== APPLICATION_ID && (id !== 0 || isUsed))
    throw new StoreError(`${path} is not a store of parallax; name another file with --db`);
  if (version > newest)
    throw new StoreError(
      `${path} was written by a newer parallax (schema ${version}, this one knows ${newest}); update, or name another file with --db`,
    );
  if (readonly) return;
  switchToWal(database);
  database.pragma('synchronous = NORMAL');
  database.pragma('foreign_keys = ON');
  if (version > 0 && version < newest) copyFileSync(path, `${path}.before-${newest}`);
  for (const {number, sql} of known.filter((migration) => migration.number > version)) migrate(database, number, sql);
}

const nap = new Int32Array(new SharedArrayBuffer(4));

/** The change of the journal does not wait for a lock by itself: another process may be making the file. */
function switchToWal(database: Database.Database): void {
  for (let attempt = 0; ; attempt++) {
    try {
      database.pragma('journal_mode = WAL');
      return;
    } catch (error) {
      if ((error as {code?: string}).code !== 'SQLITE_BUSY' || attempt === WAL_ATTEMPTS) throw error;
      Atomics.wait(nap, 0, 0, WAL_PAUSE_MS);
    }
  }
}

/** What the file says of itself, all at one moment: another process may be making it. */
function factsOf(database: Database.Database): {id: number; version: number; isUsed: boolean} {
  const read = database.transaction(() => ({
    isUsed: hasTables(database),
    id: database.pragma('application_id', {simple: true}) as number,
    version: versionOf(database),
  }));
  return read();
}

const versionOf = (database: Database.Database): number => database.pragma('user_version', {simple: true}) as number;

function hasTables(database: Database.Database): boolean {
  return (database.prepare('SELECT count(*) AS n FROM sqlite_schema').get() as {n: number}).n > 0;
}

function migrate(database: Database.Database, number: number, sql: string): void {
  const apply = database.transaction(() => {
    if (versionOf(database) >= number) return; // another process was faster
    database.exec(sql);
    database.pragma(`application_id = ${APPLICATION_ID}`);
    database.pragma(`user_version = ${number}`);
  });
  apply.immediate();
}
