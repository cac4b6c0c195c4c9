import assert from 'node:assert/strict';
import {existsSync, readdirSync, readFileSync} from 'node:fs';
import {test} from 'node:test';
import {brokenPaths} from './docs-paths.ts';

const read = (path: string): string => readFileSync(new URL(`../${path}`, import.meta.url), 'utf8');
const exists = (path: string): boolean => existsSync(new URL(`../${path}`, import.meta.url));

test('files that the documents name by their whole path exist', () => {
  const pages = readdirSync(new URL('../docs', import.meta.url), {recursive: true, encoding: 'utf8'});
  const documents = [
    'CONTRIBUTING.md',
    'README.md',
    ...pages.filter((name) => name.endsWith('.md')).map((name) => `docs/${name}`),
  ];
  for (const path of documents) assert.deepEqual(brokenPaths(read(path), exists), [], path);
});

test('a path that leads nowhere is noticed', () => {
  const text = 'see `engine/src/gone.ts`, `engine/src/text.ts` and `corpus/regressions/<date>-<slug>/`';
  assert.deepEqual(brokenPaths(text, exists), ['engine/src/gone.ts']);
});
