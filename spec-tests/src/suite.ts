/**
 * The official suite: where it is, and which groups of files it has with which features. Also knows the project's own
 * scripts (`own/`), which need no suite.
 */
import {existsSync, readdirSync, statSync} from 'node:fs';
import {basename, join, resolve} from 'node:path';
import {fileURLToPath} from 'node:url';
import {type Feature, type FeatureSet, wasm3, withFeatures} from '#engine/wasm/features.ts';

export interface Group {
  /** Folder under the suite, and first part of the names of its files. */
  readonly folder: string;
  readonly features: FeatureSet;
}

function group(folder: string, added: readonly Feature[]): Group {
  return {folder, features: withFeatures(wasm3, added)};
}

/** Groups of the suite; core runs without proposals because some of them contradict it. */
export const groups: readonly Group[] = [
  group('core', []),
  group('custom', []),
  group('legacy', ['legacy-exceptions']),
  group('proposals/custom-descriptors', ['custom-descriptors']),
  group('proposals/custom-page-sizes', ['custom-page-sizes']),
  group('proposals/threads', ['threads']),
  group('proposals/threads-upstream', ['threads']),
  group('proposals/wide-arithmetic', ['wide-arithmetic']),
  group('own/core', []),
  group('own/threads', ['threads']),
];

export interface SuiteFile {
  /** `core/gc/array.wast`: what reports, filters and expected failures call it. */
  readonly name: string;
  readonly path: string;
  readonly bytes: number;
  readonly group: Group;
}

export interface Suite {
  /** Folder, null when only the own scripts are there. */
  readonly root: string | null;
  readonly files: readonly SuiteFile[];
}

export interface SuiteLocation {
  /** `--suite DIR`; must exist. */
  readonly option: string | undefined;
  readonly environment: Readonly<Record<string, string | undefined>>;
}

const HOME = fileURLToPath(new URL('../', import.meta.url));

/** Folder of the official suite: the option, PARALLAX_TESTSUITE, spec-tests/testsuite, in this order; null when nowhere. */
export function suiteRoot({option, environment}: SuiteLocation): string | null {
  const given = option ?? environment['PARALLAX_TESTSUITE'];
  if (given !== undefined && given !== '') return resolve(given);
  const local = join(HOME, 'testsuite');
  return existsSync(local) ? local : null;
}

/** How to get the suite, for people. */
export const suiteHint =
  'The official suite was not found. Give its folder with --suite DIR or PARALLAX_TESTSUITE (a folder with core/, custom/, ' +
  'legacy/ and proposals/, or a clone of github.com/WebAssembly/testsuite), or put it at spec-tests/testsuite.';

/** Files of the own scripts and, where there is a root, of the suite. Throws when the root is no suite. */
export function findSuite(root: string | null): Suite {
  const own = groups.filter(isOwn).flatMap((entry) => filesOf(entry, join(HOME, entry.folder), entry.folder));
  if (root === null) return {root, files: own};
  const flat = !existsSync(join(root, 'core'));
  const files = groups
    .filter((entry) => !isOwn(entry))
    .flatMap((entry) => {
      if (flat && entry.folder === 'core') return filesOf(entry, root, 'core', false);
      return existsSync(join(root, entry.folder)) ? filesOf(entry, join(root, entry.folder), entry.folder) : [];
    });
  if (files.length === 0) throw new Error(`no scripts in ${root}`);
  return {root, files: [...own, ...files]};
}

const isOwn = ({folder}: Group): boolean => folder.startsWith('own/');

function filesOf(entry: Group, folder: string, prefix: string, isRecursive = true): SuiteFile[] {
  const names = readdirSync(folder, {recursive: isRecursive, encoding: 'utf8'})
    .filter((name) => name.endsWith('.wast'))
    .sort();
  return names.map((name) => {
    const path = join(folder, name);
    return {name: `${prefix}/${name}`, path, bytes: statSync(path).size, group: entry};
  });
}

/** `gc/array.wast:31` as a filter: files whose names contain the text, and the only line to report. */
export interface Filter {
  readonly text: string;
  readonly line: number | null;
}

/** Reads a filter. */
export function readFilter(text: string): Filter {
  const match = /^(.*\.wast):(\d+)$/.exec(text);
  return match === null ? {text, line: null} : {text: match[1]!, line: Number(match[2])};
}

/** Files that any of the filters selects; all when there are none. */
export function selectFiles(files: readonly SuiteFile[], filters: readonly Filter[]): SuiteFile[] {
  if (filters.length === 0) return [...files];
  return files.filter(({name}) => filters.some(({text}) => name.includes(text) || basename(name) === text));
}

/** The lines of a file that filters select; null when the whole file is. */
export function selectedLines(name: string, filters: readonly Filter[]): ReadonlySet<number> | null {
  const matching = filters.filter(({text}) => name.includes(text));
  if (matching.length === 0 || matching.some(({line}) => line === null)) return null;
  return new Set(matching.map(({line}) => line ?? 0));
}
