#!/usr/bin/env node
/**
 * Entry of the command: finds a Node that can run the sources and becomes it. Parsable by old Node on purpose.
 * Order: this Node when it is new enough, else the one that npm put beside us (optionalDependencies).
 */
import {spawn} from 'node:child_process';
import {existsSync} from 'node:fs';
import {dirname, join} from 'node:path';
import {fileURLToPath} from 'node:url';

const REQUIRED = 26;
const home = dirname(dirname(fileURLToPath(import.meta.url)));
const main = join(home, 'harness/src/cli/main.ts');
// SIGUSR1 must not open the inspector: people who know other fuzzers send it for other reasons.
const flags = ['--disable-sigusr1', '--disable-warning=ExperimentalWarning'];

function bundledNode() {
  const folders = [join(home, 'node_modules'), dirname(home)];
  return folders
    .map((folder) => join(folder, `node-linux-${process.arch}`, 'bin', 'node'))
    .find((candidate) => existsSync(candidate));
}

const major = Number(process.versions.node.split('.')[0]);
const node = major >= REQUIRED ? process.execPath : bundledNode();
if (node === undefined) {
  console.error(
    `parallax needs Node ${REQUIRED} or newer; this is ${process.version}, and the package node-linux-${process.arch} is not installed. Run: npm ci`,
  );
  process.exit(3);
}

// The terminal sends SIGINT to the whole group, so the child has it already and decides when to stop; others are passed on.
const child = spawn(node, [...flags, main, ...process.argv.slice(2)], {stdio: 'inherit'});
process.on('SIGINT', () => {});
for (const signal of ['SIGTERM', 'SIGHUP', 'SIGUSR2']) process.on(signal, () => child.kill(signal));
child.on('error', (error) => {
  console.error(`parallax: cannot start ${node}: ${error.message}`);
  process.exit(3);
});
child.on('exit', (code, signal) => {
  if (signal === null) process.exitCode = code ?? 70;
  else process.exitCode = 128 + ({SIGINT: 2, SIGKILL: 9, SIGTERM: 15, SIGSEGV: 11}[signal] ?? 0);
});
