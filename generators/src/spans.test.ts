import {deepStrictEqual} from 'node:assert/strict';
import {it} from 'node:test';
import {type Instruction, instruction} from '#engine/binary/instructions.ts';
import {emptyModule} from '#engine/wasm/module.ts';
import {type FuncType, I32} from '#engine/wasm/types.ts';
import {contextOf, findSpans} from './spans.ts';

const type: FuncType = {kind: 'func', params: [I32], results: [I32]};
const spansOf = (...list: Instruction[]): string[] =>
  findSpans(contextOf(emptyModule), type, [I32, I32], list).map(
    ({start, end, type: left}) => `${start}-${end}${left === null ? '' : ' value'}`,
  );

it('every operand tree is a span, the longest first', () => {
  const list = [
    instruction('local.get', 0),
    instruction('i32.const', 1),
    instruction('i32.add'),
    instruction('i32.eqz'),
  ];
  deepStrictEqual(spansOf(...list), ['0-3 value', '0-2 value', '0-0 value', '1-1 value']);
});

it('a statement between operands belongs to the span around it', () => {
  const set = [instruction('i32.const', 5), instruction('local.set', 1)];
  const list = [instruction('local.get', 0), ...set, instruction('local.get', 1), instruction('i32.add')];
  deepStrictEqual(spansOf(...list), ['0-4 value', '1-2', '0-0 value', '1-1 value', '3-3 value']);
});

it('a block is a span with what it takes, and code after a branch is none', () => {
  const block = instruction('block', {kind: 'value', type: I32});
  const list = [block, instruction('i32.const', 1), instruction('br', 0), instruction('i32.add'), instruction('end')];
  deepStrictEqual(spansOf(...list), ['0-4 value', '1-1 value']);
});

it('a body with an unknown instruction has no spans', () => {
  deepStrictEqual(spansOf(instruction('i32.const', 1), instruction('throw', 0)), []);
});
