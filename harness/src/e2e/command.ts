/** Runs the command line as a child, as a user does; for the tests of whole campaigns. */
import {type ChildProcess, spawn} from 'node:child_process';
import {cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import type {TestContext} from 'node:test';
import {fileURLToPath} from 'node:url';

const home = fileURLToPath(new URL('../../../', import.meta.url));

export interface Ended {
  readonly code: number | null;
  readonly signal: string | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Running {
  readonly child: ChildProcess;
  readonly ended: Promise<Ended>;
}

/** Starts `parallax ...args` from a source tree, without a terminal. */
export function start(args: readonly string[], tree: string = home): Running {
  const main = join(tree, 'harness/src/cli/main.ts');
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', main, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {...process.env, CI: '1'},
  });
  const out: Buffer[] = [];
  const err: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => out.push(chunk));
  child.stderr.on('data', (chunk: Buffer) => err.push(chunk));
  const text = (chunks: readonly Buffer[]): string => Buffer.concat(chunks).toString('utf8');
  const ended = new Promise<Ended>((resolve) =>
    child.on('close', (code, signal) => resolve({code, signal, stdout: text(out), stderr: text(err)})),
  );
  return {child, ended};
}

/** Runs it to its end. */
export const parallax = (args: readonly string[], tree?: string): Promise<Ended> => start(args, tree).ended;

/** A folder that goes away with the test. */
export function temporary(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'parallax-e2e-'));
  t.after(() => rmSync(folder, {recursive: true, force: true}));
  return folder;
}

const SOURCES = ['engine', 'generators', 'harness', 'native', 'spec-tests', 'package.json'];

/** A copy of the sources in which some files are changed: `edits` maps a path to [pattern, replacement]; each must apply. */
export function mutant(t: TestContext, edits: Readonly<Record<string, readonly [RegExp, string]>>): string {
  const tree = temporary(t);
  for (const source of SOURCES) cpSync(join(home, source), join(tree, source), {recursive: true});
  symlinkSync(join(home, 'node_modules'), join(tree, 'node_modules'));
  for (const [path, [pattern, replacement]] of Object.entries(edits)) {
    const before = readFileSync(join(tree, path), 'utf8');
    const after = before.replace(pattern, replacement);
    if (after === before) throw new Error(`${path} does not contain ${pattern}: the mutation is out of date`);
    writeFileSync(join(tree, path), after);
  }
  return tree;
}

/** The event log of a campaign, without times, resumes and ends. */
export function events(directory: string, campaign: string): Record<string, unknown>[] {
  const lines = readFileSync(join(directory, 'campaigns', campaign, 'events.ndjson'), 'utf8')
    .trimEnd()
    .split('\n');
  return lines
    .map((line) => JSON.parse(line) as Record<string, unknown>)
    .filter(({ev}) => ev !== 'resume' && ev !== 'end')
    .map(({t: _, ...event}) => event);
}

/** Waits until the condition holds; throws after the limit. */
export async function until(condition: () => boolean, limitMs: number, what: string): Promise<void> {
  for (let waited = 0; !condition(); waited += 50) {
    if (waited >= limitMs) throw new Error(`waited ${limitMs} ms for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
