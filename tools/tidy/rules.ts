/**
 * The tidy rules: each takes the sources and gives the problems, as `path:line: what is wrong`. tidy.test.ts runs them
 * over the repository and lies to each of them.
 */
import {harnessTop, type Room, rooms, testSupport} from './layers.ts';
import {lineAt, type Source} from './source.ts';

export const MAX_FUNCTION_LINES = 70;

const inside = (path: string, room: string): boolean => path === room || path.startsWith(`${room}/`);
const topFolder = (path: string): string => path.split('/')[0]!;
const isTesting = ({path, isTest}: Source): boolean => isTest || testSupport.has(path) || inside(path, 'tools');

/** The room of a file: the longest path that holds it. */
export function roomOf(path: string, table: readonly Room[] = rooms): Room | undefined {
  let best: Room | undefined;
  for (const room of table) if (inside(path, room.path) && room.path.length > (best?.path.length ?? -1)) best = room;
  return best;
}

/** Imports point down: each file sees only what its room may see. */
export function layerProblems(sources: readonly Source[], table: readonly Room[] = rooms): string[] {
  const problems: string[] = [];
  for (const source of sources) {
    const room = roomOf(source.path, table);
    if (room === undefined) problems.push(`${source.path}:1: stands in no room of tools/tidy/layers.ts`);
    else problems.push(...importProblems(source, room, table));
  }
  return problems;
}

function importProblems(source: Source, room: Room, table: readonly Room[]): string[] {
  const problems: string[] = [];
  for (const {target, isPackage, line} of source.imports) {
    const isAllowed = isPackage ? seesPackage(source, room, target) : seesFile(source, room, target, table);
    if (!isAllowed) problems.push(`${source.path}:${line}: ${room.path} may not import ${target}`);
  }
  return problems;
}

function seesPackage(source: Source, room: Room, name: string): boolean {
  if (isTesting(source)) return true;
  return (room.packages ?? []).some((allowed) => (allowed.endsWith(':') ? name.startsWith(allowed) : name === allowed));
}

function seesFile(source: Source, room: Room, target: string, table: readonly Room[]): boolean {
  if (isTesting(source) && topFolder(target) === topFolder(source.path)) return true;
  if (testSupport.has(target) && !isTesting(source)) return false;
  const isAtTop = harnessTop.some((top) => inside(source.path, top));
  if (!isAtTop && harnessTop.some((top) => inside(target, top))) return false;
  return roomOf(target, table) === room || inside(target, room.path) || room.sees.some((seen) => inside(target, seen));
}

/** Every file begins with what it owns, in a comment of 1 to 30 lines. */
export function headerProblems(sources: readonly Source[]): string[] {
  return sources
    .filter(({isTest, text}) => !isTest && !/^(?:#![^\n]*\n)?\/\*\*[\s\S]*?\*\/\n/.test(text))
    .map(({path}) => `${path}:1: has no header comment that says what it owns`);
}

/** Names of files are kebab-case. */
export function nameProblems(paths: readonly string[]): string[] {
  return paths
    .filter(
      (path) =>
        /\.(?:ts|mjs)$/.test(path) &&
        !/^[a-z0-9]+(?:-[a-z0-9]+)*(?:\.test)?\.(?:ts|mjs)$/.test(path.split('/').at(-1)!),
    )
    .map((path) => `${path}:1: is not named in kebab-case`);
}

interface Banned {
  readonly pattern: RegExp;
  readonly why: string;
  /** Where it may stand nevertheless. */
  readonly allowed: (source: Source) => boolean;
}
const nowhere = () => false;
const isTool = ({path}: Source) => /^(?:tools|bin|native|engine\/bin)\//.test(path);
const isFile =
  (...paths: string[]) =>
  ({path}: Source) =>
    paths.includes(path);
const isCli = ({path}: Source) => inside(path, 'harness/src/cli');

/** What the language or the platform offers and this project does not use. */
const banned: readonly Banned[] = [
  {
    pattern: /^[ \t]*(?:export )?(?:declare )?(?:const )?enum\b/gm,
    why: 'an enum: use a table `as const`',
    allowed: nowhere,
  },
  {
    pattern: /(?::\s*|\bas\s+)any\b(?!\s*[(.])|[<|&,]\s*any\b(?=\s*[>,|&[;)])/g,
    why: 'the type any: use unknown',
    allowed: nowhere,
  },
  {pattern: /^[ \t]*(?:export )?namespace\b/gm, why: 'a namespace', allowed: nowhere},
  {pattern: /\bexport default\b/g, why: 'a default export', allowed: nowhere},
  {pattern: /^export \*/gm, why: 'a barrel', allowed: isFile('engine/src/index.ts', 'engine/src/runner/runner.ts')},
  {pattern: /\bnew Function\b|\beval\(/g, why: 'code made from text', allowed: nowhere},
  {
    pattern: /\bMath\.random\b|\brandomBytes\(|\bgetRandomValues\(|\brandomUUID\(/g,
    why: 'randomness: only harness/src/rng.ts',
    allowed: isFile('harness/src/rng.ts'),
  },
  {
    pattern: /\bDate\.now\b|\bperformance\.now\b|\bnew Date\(\)|\bprocess\.hrtime\b/g,
    why: 'the time: only harness/src/clock.ts',
    allowed: (source) => source.path === 'harness/src/clock.ts' || isTool(source) || source.isTest,
  },
  {
    pattern: /\bconsole\./g,
    why: 'printing: only harness/src/cli and tools',
    allowed: (source) => isTool(source) || isCli(source),
  },
];

/** Nothing stands in the code that is banned, and no note to oneself in the comments. */
export function bannedProblems(sources: readonly Source[]): string[] {
  const problems: string[] = [];
  for (const source of sources) {
    for (const {pattern, why, allowed} of banned) {
      if (allowed(source)) continue;
      for (const match of source.code.matchAll(pattern))
        problems.push(`${source.path}:${lineAt(source.code, match.index)}: ${why}`);
    }
    for (const match of source.text.matchAll(notes))
      problems.push(`${source.path}:${lineAt(source.text, match.index)}: ${match[0]}`);
  }
  return problems;
}

/** Written so that this file does not hold the words themselves. */
const notes = new RegExp(
  ['TO' + 'DO', 'FIX' + 'ME', '@ts-' + 'ignore', '@ts-' + 'expect-error', '@ts-' + 'nocheck']
    .map((word) => `${word}\\b`)
    .join('|'),
  'g',
);

const functionStart =
  /^(\s*)(?:export )?(?:(?:async|private|protected|public|static|override|get|set) )*(?:function\b\*? ?([\w$]*)|(?!(?:if|for|while|switch|catch|with|do|else|return|await|new)\b)([#\w$]+)(?:<[^=]*>)?\((?!.*\)\s*;)|.*=> \{$)/;

/** Length and name of every function that ends on a line of its own, by indentation. */
function functionsOf(code: string): {name: string; line: number; length: number}[] {
  const lines = code.split('\n').map((line) => line.trimEnd());
  const found: {name: string; line: number; length: number}[] = [];
  lines.forEach((line, index) => {
    const match = functionStart.exec(line);
    if (match === null) return;
    const body = bodyLine(lines, index, match[1]!);
    if (body < 0) return;
    const end = lines.findIndex((other, at) => at > body && other.startsWith(`${match[1]}}`));
    const name = match[2] || match[3] || /(?:const|let) ([\w$]+)/.exec(line)?.[1] || 'callback';
    if (end >= 0) found.push({name, line: index + 1, length: end - index + 1});
  });
  return found;
}

/** The line that opens the body of a function whose signature starts at `index`; -1 when there is none. */
function bodyLine(lines: readonly string[], index: number, indent: string): number {
  if (lines[index]!.endsWith('{')) return index;
  if (!lines[index]!.endsWith('(')) return -1;
  const close = lines.findIndex((line, at) => at > index && line.startsWith(`${indent})`));
  return close >= 0 && lines[close]!.endsWith('{') ? close : -1;
}

/** A function that may be long, and why. */
export interface LongFunction {
  readonly path: string;
  readonly name: string;
  readonly reason: string;
}

/** Functions are at most 70 lines long, but for those that are listed; what is listed is long. */
export function lengthProblems(sources: readonly Source[], exempt: readonly LongFunction[]): string[] {
  const problems: string[] = [];
  const used = new Set<LongFunction>();
  for (const {path, code, isTest} of sources) {
    if (isTest) continue;
    for (const {name, line, length} of functionsOf(code)) {
      if (length <= MAX_FUNCTION_LINES) continue;
      const listed = exempt.find((entry) => entry.path === path && entry.name === name);
      if (listed === undefined) problems.push(`${path}:${line}: ${name} has ${length} lines`);
      else used.add(listed);
    }
  }
  for (const entry of exempt)
    if (!used.has(entry)) problems.push(`${entry.path}:1: ${entry.name} is listed as long and is not`);
  return problems;
}

const exported =
  /^export (?:declare )?(?:async )?(?:abstract )?(?:function\*?|const|let|class|interface|type) ([\w$]+)/gm;

/**
 * What is exported is imported somewhere, tests included, or at least used in its own file. `exempt`: files that
 * something else than an import starts, and files that name a closed set in full.
 */
export function deadExportProblems(sources: readonly Source[], exempt: ReadonlySet<string>): string[] {
  const used = new Set<string>();
  const whole = new Set(exempt);
  for (const {imports} of sources) {
    for (const {target, names} of imports) {
      if (names === null) whole.add(target);
      else for (const name of names) used.add(`${target} ${name}`);
    }
  }
  const problems: string[] = [];
  for (const {path, code} of sources) {
    if (whole.has(path)) continue;
    for (const match of code.matchAll(exported)) {
      const name = match[1]!;
      const isUsed = used.has(`${path} ${name}`) || code.split(new RegExp(`\\b${name}\\b`)).length > 2;
      if (!isUsed) problems.push(`${path}:${lineAt(code, match.index)}: nobody uses ${name}`);
    }
  }
  return problems;
}

/** Golden files stand in a folder that engine/filetests/stages.ts names; `stages` is its text. */
export function goldenProblems(paths: readonly string[], stages: string | undefined): string[] {
  const goldens = paths.filter(
    (path) => path.startsWith('engine/filetests/') && !path.endsWith('.ts') && !path.endsWith('.md'),
  );
  return goldens
    .filter((path) => !new RegExp(`['"\`]?\\b${path.split('/')[2]}\\b['"\`]?`).test(stages ?? ''))
    .map((path) => `${path}:1: no stage of engine/filetests/stages.ts reads it`);
}

/** Places of the machine on which the project was written mean nothing elsewhere. */
export function placeProblems(sources: readonly Source[]): string[] {
  return sources
    .filter(({text}) => /(?<![\w.])\/(?:work|home\/\w|root)\//.test(text))
    .map(
      ({path, text}) =>
        `${path}:${lineAt(text, text.search(/(?<![\w.])\/(?:work|home\/\w|root)\//))}: names a place of one machine`,
    );
}
