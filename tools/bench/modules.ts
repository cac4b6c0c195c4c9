/** The largest real modules that the dependencies bring. */
import {readdirSync, readFileSync, statSync} from 'node:fs';
import {basename, join} from 'node:path';

const MIN_BYTES = 500_000;

export interface RealModule {
  readonly name: string;
  readonly path: string;
  readonly bytes: Uint8Array;
}

/** Core modules of at least half a megabyte below the folder of dependencies. */
export function realModules(folder = 'node_modules/'): RealModule[] {
  const names = readdirSync(folder, {recursive: true, encoding: 'utf8'}).filter((name) => name.endsWith('.wasm'));
  return names
    .map((name) => join(folder, name))
    .filter((path) => statSync(path).size >= MIN_BYTES)
    .map((path) => ({name: basename(path), path, bytes: Uint8Array.from(readFileSync(path))}));
}
