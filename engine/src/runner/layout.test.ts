import assert from 'node:assert/strict';
import {readFileSync, writeFileSync} from 'node:fs';
import {test} from 'node:test';
import {layoutHeader} from '#engine/runtime/layout-header.ts';

const path = new URL('../../../native/layout.h', import.meta.url);

test('native/layout.h is what layout.ts says (BLESS=1 rewrites it)', () => {
  const expected = layoutHeader();
  if (process.env['BLESS'] === '1') writeFileSync(path, expected);
  assert.equal(readFileSync(path, 'utf8'), expected);
});
