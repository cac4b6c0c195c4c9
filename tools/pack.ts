/**
 * Makes the tarball that others install: `node tools/pack.ts [FOLDER]`. Node strips no types below node_modules, so the
 * sources go in as JavaScript, with every name of a source file changed along. Tests, tools and goldens stay out. Line
 * and column numbers stay those of the sources.
 */
import {execFileSync} from 'node:child_process';
import {cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {stripTypeScriptTypes} from 'node:module';
import {tmpdir} from 'node:os';
import {dirname, join, resolve} from 'node:path';

const root = join(import.meta.dirname, '..');
const SHIPPED =
  /^(bin|engine|generators|harness|native|reports|spec-tests|corpus|package\.json|README\.md|LICENSE)(\/|$)/;
const LEFT_OUT = /\.test\.ts$|^native\/build\/|\/(filetests|e2e|testing|__snapshots__)\//;
const SOURCE_NAME = /(['"`])([^'"`\n]*\/[^'"`\n]*)\.ts\1/g;

/** A source file as Node runs it below node_modules. */
export function asJavaScript(source: string): string {
  return renamed(stripTypeScriptTypes(source));
}

/** Names of source files in strings, as they are in the package. */
export function renamed(text: string): string {
  return text.replace(SOURCE_NAME, '$1$2.js$1');
}

function stage(folder: string): void {
  const names = execFileSync('git', ['ls-files', '-z'], {cwd: root, encoding: 'utf8'}).split('\0');
  for (const name of names.filter((path) => SHIPPED.test(path) && !LEFT_OUT.test(path))) {
    const [from, to] = [join(root, name), join(folder, name)];
    mkdirSync(dirname(to), {recursive: true});
    if (name.endsWith('.ts')) writeFileSync(`${to.slice(0, -3)}.js`, asJavaScript(readFileSync(from, 'utf8')));
    else if (name === 'bin/parallax.mjs') writeFileSync(to, renamed(readFileSync(from, 'utf8')), {mode: 0o755});
    else cpSync(from, to);
  }
  writeFileSync(join(folder, 'package.json'), packageJson());
}

/** The install script builds the runner; what only the checkout needs is left out. */
function packageJson(): string {
  const {
    scripts,
    devDependencies: _,
    overrides: __,
    allowScripts: ___,
    optionalDependencies,
    ...kept
  } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as Record<string, Record<string, string>>;
  const optional = Object.entries(optionalDependencies!).filter(([name]) => name.startsWith('node-'));
  const manifest = {
    ...kept,
    scripts: {install: scripts!['install']},
    optionalDependencies: Object.fromEntries(optional),
  };
  return `${JSON.stringify(manifest, null, 2)}\n`;
}

if (import.meta.main) {
  const out = resolve(process.argv[2] ?? '.');
  const folder = mkdtempSync(join(tmpdir(), 'parallax-pack-'));
  try {
    stage(folder);
    execFileSync('npm', ['pack', '--ignore-scripts', '--pack-destination', out], {cwd: folder, stdio: 'inherit'});
  } finally {
    rmSync(folder, {recursive: true, force: true});
  }
}
