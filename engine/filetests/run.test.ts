/** Runs every golden file below this folder; BLESS=1 rewrites the expected output. See README.md. */
import {strict as assert} from 'node:assert';
import {readdirSync, readFileSync, writeFileSync} from 'node:fs';
import {join, relative} from 'node:path';
import {test} from 'node:test';
import {stages} from './stages.ts';

const root = import.meta.dirname;
const isExpected = (line: string): boolean => line === ';;' || line.startsWith(';; ');

function split(text: string): {input: string; options: Record<string, string>; expected: string} {
  const lines = text.trimEnd().split('\n');
  let end = lines.length;
  while (end > 0 && isExpected(lines[end - 1]!)) end--;
  const options: Record<string, string> = {};
  for (const line of lines) {
    const directive = /^;;! (\w+): (.*)$/.exec(line);
    if (directive !== null) options[directive[1]!] = directive[2]!.trim();
  }
  return {
    input: lines.slice(0, end).join('\n').trimEnd(),
    options,
    expected: lines
      .slice(end)
      .map((line) => line.slice(3))
      .join('\n'),
  };
}

for (const entry of readdirSync(root, {recursive: true, withFileTypes: true})) {
  if (!/\.(wat|ssa)$/.test(entry.name)) continue;
  const path = join(entry.parentPath, entry.name);
  test(relative(root, path), async () => {
    const {input, options, expected} = split(readFileSync(path, 'utf8'));
    const stage = stages[options['test'] as keyof typeof stages];
    assert.ok(stage !== undefined, `no stage ${options['test']}; there are ${Object.keys(stages).join(', ')}`);
    const actual = (await stage(input, {...options, file: entry.name})).trimEnd();
    if (process.env['BLESS'] === '1' && actual !== expected) {
      const output = actual
        .split('\n')
        .map((line) => `;; ${line}`.trimEnd())
        .join('\n');
      writeFileSync(path, `${input}\n${actual === '' ? '' : `\n${output}\n`}`);
    } else {
      assert.equal(
        actual,
        expected,
        `repeat: node --test --test-name-pattern="${relative(root, path)}" engine/filetests/run.test.ts`,
      );
    }
  });
}
