import {strict as assert} from 'node:assert';
import {test} from 'node:test';
import {parseText} from '#engine/text.ts';
import {load} from '#engine/valid/load.ts';
import {explainFunction, type Stage} from './explain.ts';
import {moduleFacts} from './frontend/facts.ts';
import {passes} from './passes.ts';
import {x64} from './x64/target.ts';

const text = `(module (func (param i32) (result i32)
  (i32.add (i32.mul (local.get 0) (i32.const 8)) (i32.add (i32.const 3) (i32.const 4)))))`;

async function explained(level: 0 | 2): Promise<Stage[]> {
  const module = load(await parseText(text));
  return explainFunction(moduleFacts(module), 0, {target: x64, level, features: 0});
}

test('every pass of the level is a stage, between translation and the back end', async () => {
  const names = (level: 0 | 2) => passes.filter(({always}) => level === 2 || always === true).map(({name}) => name);
  for (const level of [0, 2] as const) {
    const stages = await explained(level);
    assert.deepEqual(
      stages.map(({name}) => name),
      ['translate', ...names(level), 'lower', 'regalloc', 'emit'],
    );
  }
});

test('a line names the rule that made it and the instruction that it came from', async () => {
  const stages = await explained(2);
  const after = (name: string) => stages.find((stage) => stage.name === name)!.lines;
  const offsetOf = (part: string): number => after('translate').find((line) => line.text.includes(part))!.wasm!;
  const adds = after('translate').filter((line) => line.text.includes('iadd'));
  assert.equal(adds[0]!.rule, null);
  const folded = after('simplify').find((line) => line.text.includes('const.i32 7'))!;
  assert.deepEqual([folded.rule, folded.wasm], ['fold: constants', adds[0]!.wasm]);
  const shift = after('simplify').find((line) => line.text.includes('ishl'))!;
  assert.deepEqual([shift.rule, shift.wasm], ['x * 2^k → x << k', offsetOf('imul')]);
});
