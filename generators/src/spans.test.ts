import {deepStrictEqual} from 'node:assert/strict';
import {it} from 'node:test';
import {expressionOf, type Instruction, instruction, instructions} from '#engine/binary/instructions.ts';
import {EffectFinder} from '#engine/valid/effects.ts';
import {supported} from '#engine/wasm/features.ts';
import {emptyModule, type Module} from '#engine/wasm/module.ts';
import {I32, type SubType} from '#engine/wasm/types.ts';
import {findSpans} from './spans.ts';

const func: SubType = {
  final: true,
  supertypes: [],
  composite: {kind: 'func', params: [I32], results: [I32]},
};
const pair: SubType = {
  final: true,
  supertypes: [],
  composite: {
    kind: 'struct',
    fields: [
      {type: I32, mutable: true},
      {type: I32, mutable: true},
    ],
  },
};
const taking: SubType = {...func, composite: {kind: 'func', params: [I32], results: []}};
const types = [func, pair, taking];

function spansOf(...list: Instruction[]): string[] {
  const module: Module = {
    ...emptyModule,
    types,
    recGroups: types.map((_, start) => ({start, length: 1})),
    functions: [0],
    tags: [{type: 2}],
    bodies: [{locals: [{count: 1, type: I32}], code: expressionOf(list), offset: 0}],
  };
  const effects = new EffectFinder(module, supported).effectsOf(0);
  return findSpans(instructions(module.bodies[0]!.code), effects).map(
    ({start, end, types: left}) => `${start}-${end}${' value'.repeat(left.length)}`,
  );
}

const get = instruction('local.get', 0);
const one = instruction('i32.const', 1);

it('every operand tree is a span, the longest first', () => {
  deepStrictEqual(spansOf(get, one, instruction('i32.add'), instruction('i32.eqz')), [
    '0-3 value',
    '0-2 value',
    '0-0 value',
    '1-1 value',
  ]);
});

it('a statement between operands belongs to the span around it', () => {
  const list = [get, one, instruction('local.set', 1), instruction('local.get', 1), instruction('i32.add')];
  deepStrictEqual(spansOf(...list), ['0-4 value', '1-2', '0-0 value', '1-1 value', '3-3 value']);
});

it('a block is a span with what it takes, and so is unreachable code', () => {
  const block = instruction('block', {kind: 'value', type: I32});
  const list = [block, one, instruction('br', 0), instruction('i32.add'), instruction('end')];
  deepStrictEqual(spansOf(...list), ['0-4 value', '1-2', '1-1 value', '3-3']);
});

it('a structure and an exception are spans with their operands', () => {
  const list = [get, one, instruction('struct.new', 1), instruction('struct.get', 1, 0)];
  deepStrictEqual(spansOf(...list)[0], '0-3 value');
  deepStrictEqual(spansOf(one, instruction('throw', 0)), ['0-1', '0-0 value']);
});

it('a try_table is a span in the block that it branches to', () => {
  const block = instruction('block', {kind: 'value', type: I32});
  const list = [
    block,
    get,
    instruction('try_table', {kind: 'empty'}, [{tag: 0, ref: false, label: 0}]),
    instruction('end'),
    instruction('end'),
  ];
  deepStrictEqual(spansOf(...list), ['0-4 value', '2-3', '1-1 value']);
});
