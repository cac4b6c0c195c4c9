/**
 * Files that an engine supports wholly: `supported/<engine>.txt`, one name a line. Every command in them must pass, but
 * for expected failures; a feature that is lost again is noticed by that. `BLESS=1` on suite.test.ts writes the lists.
 */
import {existsSync, readFileSync, writeFileSync} from 'node:fs';
import {fileURLToPath} from 'node:url';
import type {EngineKey} from '#harness/engines/keys.ts';
import type {JobReport} from './pool.ts';

const pathOf = (key: EngineKey): string => fileURLToPath(new URL(`../supported/${key}.txt`, import.meta.url));

/** The list of an engine, empty when there is none. */
export function supportedFiles(key: EngineKey): string[] {
  const path = pathOf(key);
  return existsSync(path)
    ? readFileSync(path, 'utf8')
        .split('\n')
        .filter((line) => line !== '')
    : [];
}

/** Writes the list of an engine. */
export function writeSupportedFiles(key: EngineKey, names: readonly string[]): void {
  writeFileSync(pathOf(key), `${names.join('\n')}\n`);
}

/** Files of which nothing was unsupported or ended the engine, in order. */
export function whollySupported(reports: readonly JobReport[]): string[] {
  const whole = reports.filter(({counts: {unsupported, crash, timeout}}) => unsupported + crash + timeout === 0);
  return whole.map(({job}) => job.file.name).sort();
}
