import {strict as assert} from 'node:assert';
import {execFileSync} from 'node:child_process';
import {readFileSync} from 'node:fs';
import {test} from 'node:test';
import {MISC_START, VECTOR_START, Word, type WordName, wordNames} from './words.ts';

function checkLabels(file: string, start: number, end: number): void {
  const labels = [...readFileSync(new URL(file, import.meta.url), 'utf8').matchAll(/case (\d+): \/\* (\S+) \*\//g)];
  for (const [, label, name] of labels) assert.equal(start + Number(label), Word[name as WordName], String(name));
  assert.deepEqual(labels.map(([, , name]) => String(name)).toSorted(), wordNames.slice(start, end).toSorted());
}

test('the labels of the loop and of the vector page are the numbers of the words beside them, each once', () => {
  checkLabels('run.ts', 0, MISC_START);
  checkLabels('run-vector.ts', VECTOR_START, VECTOR_START + 31);
});

test('the loop stays below the size above which V8 does not optimise', () => {
  const program = `await import(${JSON.stringify(new URL('run-test-start.ts', import.meta.url).href)})`;
  const flags = ['--print-bytecode', '--print-bytecode-filter=run', '--input-type=module', '-e', program];
  const printed = execFileSync(process.execPath, flags, {maxBuffer: 2 ** 28, stdio: ['ignore', 'pipe', 'ignore']});
  const length = Number(/Bytecode length: (\d+)/.exec(String(printed))?.[1]);
  assert.ok(length > 10_000 && length < 55_000, `${length} bytes`);
});
