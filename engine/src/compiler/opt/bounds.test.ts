import {strict as assert} from 'node:assert';
import {test} from 'node:test';
import {parseText} from '#engine/text.ts';
import {load} from '#engine/valid/load.ts';
import {explainFunction} from '../explain.ts';
import {moduleFacts} from '../frontend/facts.ts';
import {x64} from '../x64/target.ts';

/** Number of checks before and after the pass, of a function with an address as its only parameter. */
async function checks(body: string, memories = '(memory i64 1)'): Promise<readonly [number, number]> {
  const module = load(await parseText(`(module ${memories} (func (param i64) (local i64) ${body}))`));
  const stages = explainFunction(moduleFacts(module), 0, {target: x64, level: 2, features: 0});
  const count = (name: string): number =>
    stages.find((stage) => stage.name === name)!.lines.filter(({text}) => text.includes('= bound')).length;
  return [count('gvn'), count('bounds')];
}

const get = '(local.get 0)';
const use = (text: string): string => `(drop ${text})`;

test('a check no further than one before is dropped', async () => {
  assert.deepEqual(await checks(use(`(i64.load offset=8 ${get})`) + use(`(i32.load offset=4 ${get})`)), [2, 1]);
  assert.deepEqual(
    await checks(`(i64.store offset=8 ${get} (i64.const 0))${use(`(i32.load8_u offset=15 ${get})`)}`),
    [2, 1],
  );
});

test('growth in between does not matter: memories never shrink', async () => {
  const grow = use('(memory.grow (i64.const 1))');
  assert.deepEqual(await checks(use(`(i64.load ${get})`) + grow + use(`(i32.load ${get})`)), [2, 1]);
});

test('a check further than those before stays', async () => {
  assert.deepEqual(await checks(use(`(i32.load offset=4 ${get})`) + use(`(i64.load offset=8 ${get})`)), [2, 2]);
  assert.deepEqual(await checks(use(`(i64.load8_u offset=7 ${get})`) + use(`(i64.load16_u offset=7 ${get})`)), [2, 2]);
});

test('a check on one way only, of another address or of another memory stays', async () => {
  const one = `(if (i64.eqz ${get}) (then ${use(`(i64.load offset=8 ${get})`)}))`;
  assert.deepEqual(await checks(one + use(`(i64.load ${get})`)), [2, 2]);
  const other = `(i64.add ${get} (i64.const 1))`;
  assert.deepEqual(await checks(use(`(i64.load offset=8 ${get})`) + use(`(i64.load ${other})`)), [2, 2]);
  const second = use(`(i64.load offset=8 ${get})`) + use(`(i64.load 1 ${get})`);
  assert.deepEqual(await checks(second, '(memory i64 1) (memory i64 1)'), [2, 2]);
});
