/**
 * For tests: every module that the official suite contains, as text or bytes, with the command it stands in. This
 * reads just enough of the script format to find them; running scripts is the business of spec-tests/.
 */
import {globSync, readFileSync} from 'node:fs';
import {join} from 'node:path';
import {assert} from '../base/assert.ts';

export interface SuiteModule {
  /** Path below the suite and line, for messages. */
  readonly place: string;
  readonly file: string;
  /** `module`, `assert_malformed`, `assert_invalid` ... */
  readonly command: string;
  readonly kind: 'text' | 'binary' | 'quote';
  /** Bytes of the module, or of its text. */
  readonly bytes: Uint8Array;
  /** The message that the command expects, null when it has none. */
  readonly message: string | null;
}

/** All modules of the suite that PARALLAX_TESTSUITE names, null when it names none. */
export function suiteModules(env: Readonly<Record<string, string | undefined>>): SuiteModule[] | null {
  const root = env['PARALLAX_TESTSUITE'];
  if (root === undefined || root === '') return null;
  const files = globSync('**/*.wast', {cwd: root}).sort();
  assert(files.length > 0, `PARALLAX_TESTSUITE=${root} holds no .wast file`);
  return files.flatMap((file) => modulesOf(file, readFileSync(join(root, file)).toString('latin1')));
}

/** The modules of one script; `script` has one character per byte. */
export function modulesOf(file: string, script: string): SuiteModule[] {
  const list: SuiteModule[] = [];
  let line = 1;
  let lineStart = 0;
  for (const form of forms(script)) {
    line += script.slice(lineStart, form.start).split('\n').length - 1;
    lineStart = form.start;
    const command = /^\(\s*([a-z_]+)/.exec(form.text)?.[1] ?? '';
    const inner = command === 'module' ? form.text : (forms(form.text.slice(1)).next().value?.text ?? '');
    const module = /^\(\s*module\b/.test(inner) ? moduleOf(inner) : null;
    if (module === null) continue;
    const message = /"([^"]*)"\s*\)$/.exec(form.text)?.[1] ?? null;
    list.push({...module, place: `${file}:${line}`, file, command, message: command === 'module' ? null : message});
  }
  return list;
}

/** The parenthesised forms that stand side by side in a text. */
function* forms(text: string): Generator<{start: number; text: string}> {
  const token = /"(?:[^"\\]|\\.)*"|;;[^\n]*|\(;|;\)|\(|\)/gs;
  let depth = 0;
  let comments = 0;
  let start = 0;
  for (let match = token.exec(text); match !== null; match = token.exec(text)) {
    const [word] = match;
    if (word === '(;') comments++;
    else if (word === ';)') comments--;
    else if (comments > 0) token.lastIndex = match.index + 1;
    else if (word === '(' && depth++ === 0) start = match.index;
    else if (word === ')' && --depth === 0) yield {start, text: text.slice(start, token.lastIndex)};
    else if (depth < 0) return;
  }
}

const modulePattern = /^\(\s*module(?:\s+definition)?(?:\s+\$[^\s()"]+)?\s+(binary|quote)\b/;

function moduleOf(form: string): Pick<SuiteModule, 'kind' | 'bytes'> | null {
  if (/^\(\s*module\s+instance\b/.test(form)) return null;
  const match = modulePattern.exec(form);
  if (match === null)
    return {kind: 'text', bytes: Buffer.from(form.replace(/^\(\s*module\s+definition\b/, '(module'), 'latin1')};
  const strings = [...form.slice(match[0].length).matchAll(/;;[^\n]*|"((?:[^"\\]|\\.)*)"/gs)].map(
    (string) => string[1] ?? '',
  );
  return {
    kind: match[1] as 'binary' | 'quote',
    bytes: Buffer.from(strings.map(bytesOfString).join(match[1] === 'quote' ? '\n' : ''), 'latin1'),
  };
}

const escapes: Readonly<Record<string, string>> = {t: '\t', n: '\n', r: '\r', '"': '"', "'": "'", '\\': '\\'};

function bytesOfString(string: string): string {
  return string.replaceAll(
    /\\(?:([0-9a-fA-F]{2})|u\{([0-9a-fA-F_]+)\}|(.))/gs,
    (_, hex?: string, code?: string, letter?: string) => {
      if (hex !== undefined) return String.fromCharCode(Number.parseInt(hex, 16));
      if (code !== undefined)
        return Buffer.from(String.fromCodePoint(Number.parseInt(code.replaceAll('_', ''), 16))).toString('latin1');
      return escapes[letter!] ?? letter!;
    },
  );
}
