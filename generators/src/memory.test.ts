import {ok, strictEqual} from 'node:assert/strict';
import {it} from 'node:test';
import {CodeReader} from '#engine/binary/code.ts';
import {decode} from '#engine/binary/decode.ts';
import {FEATURE, FORMAT, formats} from '#engine/wasm/columns.ts';
import {memoryTypes, tableTypes} from '#engine/wasm/module.ts';
import {Op} from '#engine/wasm/opcodes.ts';
import {generateCase, generatedFeatures} from './index.ts';
import {Rng} from './random.ts';
import {drawShuffle} from './shuffle.ts';

const CASES = 1200;
const isAccess = (op: number): boolean => formats[FORMAT[op]!]![0] === 'memarg';

/** What occurs in the modules of some hundred cases. */
function occurring(): Set<string> {
  const seen = new Set<string>();
  for (let index = 0; index < CASES; index++) {
    for (const bytes of generateCase('c0ffee0000000000', index, {features: generatedFeatures}).modules) {
      const module = decode(bytes, generatedFeatures);
      const memories = memoryTypes(module);
      for (const {address, shared, pageSizeLog2} of memories) {
        seen.add(`memory ${address}${shared ? ' shared' : ''} page ${pageSizeLog2}`);
      }
      for (const {address} of tableTypes(module)) seen.add(`table ${address}`);
      for (const {code} of module.bodies) lookAt(new CodeReader(code), memories, seen);
    }
  }
  return seen;
}

function lookAt(
  reader: CodeReader,
  memories: readonly {readonly address: string; readonly shared: boolean}[],
  seen: Set<string>,
): void {
  while (!reader.isAtEnd) {
    const op = reader.next();
    if (isAccess(op)) {
      const type = memories[reader.memory]!;
      const kind = FEATURE[op] === 'threads' ? 'atomic' : 'plain';
      seen.add(`${kind} ${type.address}${type.shared ? ' shared' : ''}`);
      if (reader.memory > 0) seen.add('another memory');
      if (reader.high !== 0) seen.add(`offset from 2^${reader.high < 0 ? 63 : 32}`);
    } else if (op === Op['memory.copy']) {
      seen.add(`copy ${memories[reader.index]!.address} ${memories[reader.index2]!.address}`);
    }
  }
}

const seen = occurring();

for (const form of [
  ...['i32', 'i64'].flatMap((address) =>
    ['', ' shared'].flatMap((shared) => [
      `memory ${address}${shared} page 16`,
      `memory ${address}${shared} page 0`,
      `plain ${address}${shared}`,
      `atomic ${address}${shared}`,
    ]),
  ),
  'table i32',
  'table i64',
  'another memory',
  'offset from 2^32',
  'offset from 2^63',
  'copy i32 i64',
  'copy i64 i32',
  'copy i64 i64',
]) {
  it(`occurs: ${form}`, () => ok(seen.has(form), [...seen].sort().join(', ')));
}

it('shuffles have sixteen lanes below 32, and patterns among them', () => {
  const rng = Rng.ofCase('5eed000000000001', 3);
  let rotations = 0;
  for (let i = 0; i < 2000; i++) {
    const pattern = drawShuffle(rng);
    const lanes = Array.from({length: 16}, (_, at) => pattern(at));
    ok(lanes.every((lane) => lane >= 0 && lane < 32));
    if (lanes.every((lane, at) => lane === (lanes[0]! + at) % 32)) rotations++;
  }
  ok(rotations > 100, `${rotations}`);
});

it('vector results that may hold any NaN say what their lanes are', () => {
  const cases = Array.from({length: 800}, (_, index) =>
    generateCase('c0ffee0000000000', index, {features: generatedFeatures}),
  );
  const lanes = new Set(cases.flatMap(({calls}) => calls.flatMap((call) => call.lanes ?? [])));
  strictEqual(lanes.has('f32x4') && lanes.has('f64x2'), true);
});
