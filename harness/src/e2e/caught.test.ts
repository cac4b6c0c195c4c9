/** The harness catches wrong engines: each of the three families is made to lie in a copy of the sources. */
import {strict as assert} from 'node:assert';
import {readFileSync} from 'node:fs';
import {join} from 'node:path';
import {type TestContext, test} from 'node:test';
import {decode} from '#engine/binary/decode.ts';
import {instructions} from '#engine/binary/instructions.ts';
import {unpackCase} from '#generators/index.ts';
import {mutant, parallax, temporary} from './command.ts';

interface Document {
  readonly findings: readonly {
    readonly id: string;
    readonly kind: string;
    readonly suspect: string;
    readonly signature: string;
    readonly reproduced: string;
  }[];
}

/** Runs a campaign from a fixed seed in the mutant until so many new buckets, and gives the document. */
async function campaign(t: TestContext, tree: string, findings = 1): Promise<{document: Document; directory: string}> {
  const directory = join(temporary(t), 'store');
  const {code, stdout, stderr} = await parallax(
    [
      '-C',
      directory,
      'fuzz',
      'caught',
      '--seed',
      'c0ffee',
      '--max-cases',
      '2000',
      '--max-findings',
      String(findings),
      '-j',
      '2',
      '--json',
      '--ui',
      'quiet',
    ],
    tree,
  );
  assert.equal(code, 1, `the lie was not found in 2,000 cases: ${stderr}`);
  return {document: JSON.parse(stdout) as Document, directory};
}

test('a wrong lowering of the compiler is found, blamed, reproduced, and its rule is named', async (t) => {
  const tree = mutant(t, {'engine/src/compiler/x64/lower.ts': [/'sar(x?)\.d/g, "'shr$1.d"]});
  // Optional rules that shift are wrong with it: the first case may name one of them, whose absence hides the bug.
  const {document, directory} = await campaign(t, tree, 3);
  const finding = document.findings.find(({signature}) => signature.includes('lower.i32.shr_s'));
  assert.ok(finding !== undefined, document.findings.map(({signature}) => signature).join());
  for (const {suspect} of document.findings) assert.equal(suspect, 'aot-x64');
  assert.match(finding.reproduced, /^(\d+)\/\1$/);
  const again = await parallax(['-C', directory, 'repro', finding.id, '-n', '1', '--json'], tree);
  assert.equal(again.code, 0, again.stderr);
  const smallest = join(directory, 'smallest.wasm');
  await parallax(['-C', directory, 'repro', finding.id, '-n', '1', '--reduce', smallest], tree);
  const bodies = decode(unpackCase(readFileSync(smallest)).modules.at(-1)!).bodies;
  const count = bodies.reduce((sum, {code}) => sum + instructions(code).length, 0);
  assert.ok(count <= 30, `${count} instructions are left`);
  const reduced = await parallax(['-C', directory, 'repro', smallest, '-n', '1', '--json'], tree);
  assert.equal(reduced.code, 1, 'the reduced case diverges');
});

test('a wrong interpreter is found and blamed by the vote of the others', async (t) => {
  const tree = mutant(t, {'engine/src/interpreter/run.ts': [/(i32\.shr_s \*\/ I\[x\] = I\[y\]! )>>/, '$1>>>']});
  const {document} = await campaign(t, tree);
  assert.equal(document.findings[0]!.suspect, 'interpreter');
});

test('a lying V8 adapter is found and blamed', async (t) => {
  const tree = mutant(t, {
    'harness/src/engines/v8.ts': [/BigInt\(words\[at \* 2\]!\)/, 'BigInt(words[at * 2]! & 0x7fffffff)'],
  });
  const {document} = await campaign(t, tree);
  assert.equal(document.findings[0]!.suspect, 'v8');
});
