import {strict as assert} from 'node:assert';
import {test} from 'node:test';
import {asJavaScript, renamed} from './pack.ts';

test('types go, and names of sources become those of the package, on the same line', () => {
  const source =
    "import {a} from '#engine/a.ts';\nimport type {B} from './b.ts';\nconst c: B = new URL('./c.ts', a);\n";
  const script = asJavaScript(source);
  assert.match(script, /from '#engine\/a\.js'/);
  assert.match(script, /new URL\('\.\/c\.js', a\)/);
  assert.ok(!script.includes('./b.') && script.split('\n').length === source.split('\n').length);
});

test('what only looks like the name of a source stays', () => {
  assert.equal(renamed("'x.d.tsx' 'a.ts b' '.ts'"), "'x.d.tsx' 'a.ts b' '.ts'");
});
