import assert from 'node:assert/strict';
import {mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {type TestContext, test} from 'node:test';
import {engineStatus} from '#harness/engines/open.ts';
import {kernels} from '../kernels.ts';
import {peer} from '../peers.ts';
import {type Counted, total} from './counts.ts';
import {countGcc, type Peer} from './gcc.ts';
import {countOurs} from './ours.ts';
import {buildPlugin} from './tools.ts';

const needed = ['cc', 'qemu-aarch64', 'aarch64-linux-gnu-gcc'];
const missing = needed.filter((name) => peer(name) === null);
const skip = missing.length === 0 ? false : `without ${missing.join(', ')}`;

const [n, checksum] = kernels.fib.small;

/** A peer whose kernel executes three instructions n times and one more, and returns what it is told. */
const looping = (result: number): Peer => ({
  name: 'looping',
  prepare: (_, folder) => {
    const [source, main] = [join(folder, 'loop.c'), join(folder, 'main.c')];
    writeFileSync(
      source,
      `__asm__(".text\\n.type loop, %function\\nloop: add w1, w1, #1\\nsub w0, w0, #1\\ncbnz w0, loop\\nret\\n");
       void loop(int); double run(int n) { loop(n); return ${result}; }`,
    );
    writeFileSync(main, `#include <stdio.h>\ndouble run(int);\nint main() { printf("%g\\n", run(${n})); }`);
    return {source, include: folder, rest: [main]};
  },
  wanted: (symbol) => symbol === 'loop',
});

function inFolder<T>(work: (folder: string, plugin: string) => T): T {
  const folder = mkdtempSync(join(tmpdir(), 'parallax-instructions-'));
  const remove = () => rmSync(folder, {recursive: true});
  try {
    const result = work(folder, buildPlugin(folder));
    if (result instanceof Promise) return result.finally(remove) as T;
    remove();
    return result;
  } catch (error) {
    remove();
    throw error;
  }
}

test('a loop of known length is counted exactly', {skip}, () => {
  const {listed, executed} = inFolder((folder, plugin) => countGcc(looping(checksum), 'fib', 'small', folder, plugin));
  assert.equal(total(listed), 4);
  assert.equal(total(executed), 3 * n + 1);
  assert.equal(executed.branches, n);
});

test('a program that computes something else is noticed', {skip}, () => {
  assert.throws(
    () => inFolder((folder, plugin) => countGcc(looping(checksum + 1), 'fib', 'small', folder, plugin)),
    /looping: fib\(12\) = 145, not 144/,
  );
});

const status = engineStatus('aot-arm64');

test('our code is counted, and the larger size executes more of the same code', {
  skip: skip || (status.available ? false : status.reason),
}, async (t: TestContext) => {
  const counts: Counted[] = [];
  for (const size of ['small', 'medium'] as const)
    counts.push(await inFolder((folder, plugin) => countOurs('queens', size, folder, plugin)));
  const [small, medium] = counts as [Counted, Counted];
  t.diagnostic(`${total(small.listed)} instructions, ${total(small.executed)} executed`);
  assert.deepEqual(small.listed, medium.listed);
  assert.ok(total(medium.executed) > 100 * total(small.executed));
});
