/**
 * The official suite: where it is, and which groups of files it has with which features. Also knows the project's own
 * scripts (`own/`), which need no suite.
 */
import {existsSync, readdirSync, statSync} from 'node:fs';
import {join, resolve} from 'node:path';
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

/** `gc/array.wast:31` as a filter: which files, and the only line to report. */
export interface Filter {
  readonly text: string;
  readonly line: number | null;
}

/** Reads a filter. */
export function readFilter(text: string): Filter {
  const match = /^(.*\.wast):(\d+)$/.exec(text);
  return match === null ? {text, line: null} : {text: match[1]!, line: Number(match[2])};
}

/** The files of a folder of that name, or with that name; when there are none, those that have the text in their names. */
function matching(files: readonly SuiteFile[], {text}: Filter): SuiteFile[] {
  const folder = text.endsWith('/') ? text : `${text}/`;
  const exact = files.filter(({name}) => name === text || name.startsWith(folder));
  return exact.length > 0 ? exact : files.filter(({name}) => name.includes(text));
}

/** Files to run, each with the lines to report (null: all). Without filters: the suite; where there is none, our scripts. */
export function selectFiles(
  {root, files}: Suite,
  filters: readonly Filter[],
): Map<SuiteFile, ReadonlySet<number> | null> {
  const official = files.filter(({group}) => !isOwn(group));
  if (filters.length === 0) return new Map((root === null ? files : official).map((file) => [file, null]));
  const selected = new Map<SuiteFile, Set<number> | null>();
  for (const filter of filters) {
    const pool = root === null || filter.text.startsWith('own') ? files : official;
    for (const file of matching(pool, filter)) {
      const lines = selected.get(file);
      if (filter.line === null || lines === null) selected.set(file, null);
      else selected.set(file, (lines ?? new Set()).add(filter.line));
    }
  }
  return selected;
}
