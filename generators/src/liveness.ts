/**
 * Test support: how much of a module executes. A copy of the module sets one global per straight-line stretch of code;
 * after the calls, the stretches whose global is set have run. A trap inside a stretch counts all of it.
 */
import {decode} from '#engine/binary/decode.ts';
import {encode} from '#engine/binary/encode.ts';
import {expressionOf, type Instruction, instruction, instructions} from '#engine/binary/instructions.ts';
import {type Export, globalTypes, type Module} from '#engine/wasm/module.ts';
import {Op} from '#engine/wasm/opcodes.ts';
import {I32} from '#engine/wasm/types.ts';
import type {Case} from './case.ts';
import {runInV8} from './v8-run.ts';

const ends = new Set<number>([
  Op.block,
  Op.loop,
  Op.if,
  Op.else,
  Op.end,
  Op.br,
  Op.br_if,
  Op.br_table,
  Op.return,
  Op.unreachable,
]);

export interface Liveness {
  readonly instructions: number;
  readonly executed: number;
}

/** The module with its stretches marked, and the number of instructions in each. */
function marked(module: Module): {module: Module; sizes: number[]} {
  const base = globalTypes(module).length;
  const sizes: number[] = [];
  const bodies = module.bodies.map((body) => {
    const list: Instruction[] = [];
    const begin = (): void => {
      list.push(instruction('i32.const', 1), instruction('global.set', base + sizes.length));
      sizes.push(0);
    };
    begin();
    const all = instructions(body.code).slice(0, -1);
    for (const item of all) {
      list.push(item);
      sizes[sizes.length - 1]!++;
      if (ends.has(item.op)) begin();
    }
    return {...body, code: expressionOf(list)};
  });
  const init = expressionOf([instruction('i32.const', 0)]);
  const globals = [...module.globals, ...sizes.map(() => ({type: {type: I32, mutable: true}, init}))];
  const exports: Export[] = [
    ...module.exports,
    ...sizes.map((_, k) => ({name: `hit${k}`, kind: 'global' as const, index: base + k})),
  ];
  return {module: {...module, bodies, globals, exports}, sizes};
}

/** Instructions of the last module of a case, and those among them that its calls execute in V8. */
export function livenessOf(testCase: Case): Liveness {
  const {module, sizes} = marked(decode(testCase.modules.at(-1)!));
  const {exports} = runInV8(testCase, [...testCase.modules.slice(0, -1), encode(module)]);
  const isHit = (k: number): boolean => (exports[`hit${k}`] as {value: number} | undefined)?.value === 1;
  const sum = (list: readonly number[]): number => list.reduce((a, b) => a + b, 0);
  return {instructions: sum(sizes), executed: sum(sizes.filter((_, k) => isHit(k)))};
}
