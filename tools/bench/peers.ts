/** Programs of others that benches compare with. npm's wabt is wasm on Node and no peer: only native programs count. */
import {accessSync, constants} from 'node:fs';
import {delimiter, join} from 'node:path';

/** Path of an installed program, outside of node_modules; null when there is none. */
export function peer(name: string, path = process.env['PATH'] ?? ''): string | null {
  for (const folder of path.split(delimiter)) {
    if (folder === '' || folder.includes('node_modules')) continue;
    const program = join(folder, name);
    try {
      accessSync(program, constants.X_OK);
      return program;
    } catch {}
  }
  return null;
}
