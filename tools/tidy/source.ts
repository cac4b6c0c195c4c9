/**
 * Source files as the tidy rules look at them: blanked of comments and strings where they must not count, with their
 * imports and exports. Read by a small scanner: it knows TypeScript's literals, not its grammar.
 */
import {dirname, join} from 'node:path/posix';

export interface Import {
  /** Repository path, or the package's name. */
  readonly target: string;
  readonly isPackage: boolean;
  /** Imported names; null: all of them. */
  readonly names: readonly string[] | null;
  readonly line: number;
}

export interface Source {
  /** Path in the repository. */
  readonly path: string;
  readonly text: string;
  /** Without comments and with empty strings; lines and columns are kept. */
  readonly code: string;
  readonly imports: readonly Import[];
  readonly isTest: boolean;
}

/** A source file of the repository; `aliases` maps import prefixes (`#engine/`) to folders. */
export function sourceOf(path: string, text: string, aliases: ReadonlyMap<string, string>): Source {
  const code = blank(text, false);
  return {path, text, code, imports: importsOf(path, blank(text, true), aliases), isTest: path.endsWith('.test.ts')};
}

/** The line, from 1, on which an index of a text stands. */
export const lineAt = (text: string, index: number): number => text.slice(0, index).split('\n').length;

/** One literal or comment, tried at each position; templates are read by hand, since they nest. */
const literal =
  /\/\/[^\n]*|\/\*[\s\S]*?\*\/|'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*"|\/(?![/*])(?:[^/\\[\n]|\\.|\[(?:[^\]\\\n]|\\.)*\])+\/[a-z]*/y;
const operandBefore = /(?:[\w$)\]}'"`]|\+\+|--)\s*$/;
const keywordBefore = /\b(?:return|typeof|case|in|of|void|throw|yield|await)\s*$/;

/** The text with comments, and literals unless they are kept, replaced by spaces. What templates compute is code. */
function blank(text: string, keepLiterals: boolean): string {
  let result = '';
  let index = 0;
  /** Open braces inside of each template expression that the scan is in. */
  const templates: number[] = [];
  const inTemplate = () => {
    const end = templateEnd(text, index);
    result += keepLiterals ? text.slice(index, end) : spaces(text.slice(index, end));
    index = end;
    if (text[end - 1] === '{') templates.push(0);
  };
  while (index < text.length) {
    const character = text[index]!;
    const word = literalAt(text, index, result);
    if (word !== undefined) {
      const isComment = word.startsWith('//') || word.startsWith('/*');
      result += keepLiterals && !isComment ? word : blanked(word, isComment);
      index += word.length;
    } else if (character === '`' || (character === '}' && templates.at(-1) === 0)) {
      if (character === '}') templates.pop();
      result += character;
      index++;
      inTemplate();
    } else {
      if (templates.length > 0 && character === '{') templates[templates.length - 1]!++;
      if (templates.length > 0 && character === '}') templates[templates.length - 1]!--;
      result += character;
      index++;
    }
  }
  return result;
}

/** Behind the next closing backtick or `${`. */
function templateEnd(text: string, start: number): number {
  for (let index = start; index < text.length; index++) {
    if (text[index] === '\\') index++;
    else if (text[index] === '`') return index + 1;
    else if (text[index] === '$' && text[index + 1] === '{') return index + 2;
  }
  return text.length;
}

/** The comment, string or regular expression at an index; `before` is the code up to there. */
function literalAt(text: string, index: number, before: string): string | undefined {
  if (!/['"/]/.test(text[index]!)) return undefined;
  literal.lastIndex = index;
  const word = literal.exec(text)?.[0];
  if (word === undefined || !word.startsWith('/') || word.startsWith('//') || word.startsWith('/*')) return word;
  const near = before.slice(-40);
  return operandBefore.test(near) && !keywordBefore.test(near) ? undefined : word;
}

const spaces = (word: string): string => word.replaceAll(/[^\n]/g, ' ');

/** Spaces in place of a comment, a literal with nothing in it in place of a literal. */
function blanked(word: string, isComment: boolean): string {
  if (isComment || word.startsWith('/')) return spaces(word);
  return word[0] + spaces(word.slice(1, -1)) + word[0];
}

const staticImport = /^[ \t]*(?:import|export)\s+([^'";]*?)\s*from\s*'([^']+)'/gm;
const bareImport = /^[ \t]*import\s*'([^']+)'/gm;
const wholeImport = /(?:\bimport\(|\bnew URL\(|\bresolve\()\s*'([^']+)'/g;

function importsOf(path: string, text: string, aliases: ReadonlyMap<string, string>): Import[] {
  const found: Import[] = [];
  const add = (specifier: string, names: readonly string[] | null, index: number) => {
    const target = resolve(path, specifier, aliases);
    found.push({target: target ?? specifier, isPackage: target === null, names, line: lineAt(text, index)});
  };
  for (const match of text.matchAll(staticImport)) add(match[2]!, namesIn(match[1]!), match.index);
  for (const match of text.matchAll(bareImport)) add(match[1]!, [], match.index);
  for (const match of text.matchAll(wholeImport))
    if (/^[.#].*\.ts$|^[a-z@][^:./]*/.test(match[1]!)) add(match[1]!, null, match.index);
  return found;
}

/** The names in an import clause: `type {A, type B as C}` gives A and B, `* as x` and `x` give all. */
function namesIn(clause: string): string[] | null {
  const braces = /\{([\s\S]*)\}/.exec(clause);
  if (braces === null) return null;
  return braces[1]!
    .split(',')
    .map(
      (part) =>
        part
          .trim()
          .replace(/^type\s+/, '')
          .split(/\s+/)[0]!,
    )
    .filter((name) => name !== '');
}

function resolve(path: string, specifier: string, aliases: ReadonlyMap<string, string>): string | null {
  if (specifier.startsWith('.')) return join(dirname(path), specifier);
  for (const [prefix, folder] of aliases)
    if (specifier.startsWith(prefix)) return join(folder, specifier.slice(prefix.length));
  return null;
}
