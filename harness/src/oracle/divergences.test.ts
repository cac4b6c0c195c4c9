import {strict as assert} from 'node:assert';
import {readFileSync} from 'node:fs';
import {test} from 'node:test';
import {legalDifferences} from './divergences.ts';

const page = readFileSync(new URL('../../../docs/divergences.md', import.meta.url), 'utf8');

test('docs/divergences.md lists exactly the legal differences, with their reasons', () => {
  const rows = [...page.matchAll(/^\| `([a-z-]+)` *\| (.*) \|$/gm)].map(([, rule, why]) => [rule, why!.trimEnd()]);
  assert.deepEqual(
    rows,
    Object.entries(legalDifferences).map(([rule, {why}]) => [rule, why]),
  );
});
