/** How much of what modules compute can be seen: one pure instruction is swapped for another of the same type. */
import {ok} from 'node:assert/strict';
import {it} from 'node:test';
import {Script} from 'node:vm';
import {decode} from '#engine/binary/decode.ts';
import {FACT, FACTS, FEATURE, FORMAT, SIGNATURE} from '#engine/wasm/columns.ts';
import {mnemonics, Op, type Opcode} from '#engine/wasm/opcodes.ts';
import type {Case} from './case.ts';
import {generateCase} from './index.ts';
import {Rng} from './random.ts';
import {instructionsOf} from './renumber.ts';
import {isSeen, type Swap} from './swapped.ts';

const isPure = (op: number): boolean =>
  (FACTS[op]! & FACT.pure) !== 0 && SIGNATURE[op] !== null && SIGNATURE[op]!.operands.length > 0;

const shapeOf = (op: number): string => `${JSON.stringify(SIGNATURE[op])} ${FEATURE[op]} ${FORMAT[op]}`;

/** Pure instructions by shape. */
const alike = Map.groupBy(
  mnemonics.map((name): Opcode => Op[name]).filter((op) => isPure(op)),
  shapeOf,
);

/** A swap of one instruction of the case; null where it has none. */
function drawSwap({modules}: Case, rng: Rng): Swap | null {
  const ops = modules
    .flatMap((bytes) => decode(bytes).bodies)
    .flatMap(({code}) => instructionsOf(code).flatMap(({op}) => (isPure(op) ? [op] : [])));
  if (ops.length === 0) return null;
  const at = rng.below(ops.length);
  const others = alike.get(shapeOf(ops[at]!))!.filter((op) => op !== ops[at]);
  if (others.length === 0) return null;
  const other = rng.pick(others);
  let count = 0;
  return (item) => (isPure(item.op) && count++ === at ? {...item, op: other} : null);
}

const asked: {answer: () => boolean; given: boolean} = {answer: () => false, given: false};
Object.assign(globalThis, {parallaxAsked: asked});
const script = new Script('parallaxAsked.given = parallaxAsked.answer()');

/** The answer; null where swapped code does not end. */
function within(timeoutMs: number, answer: () => boolean): boolean | null {
  asked.answer = answer;
  try {
    script.runInThisContext({timeout: timeoutMs});
    return asked.given;
  } catch (error) {
    if ((error as {code?: string}).code === 'ERR_SCRIPT_EXECUTION_TIMEOUT') return null;
    throw error;
  }
}

it('a swap of one pure instruction is seen in half of the plain cases at least', () => {
  const rng = Rng.ofCase('0b5e000000000000', 0);
  let swaps = 0,
    seen = 0;
  for (let index = 0; index < 150; index++) {
    const testCase = generateCase('cd34cd34cd34cd34', index, {profile: 'plain'});
    const swap = drawSwap(testCase, rng);
    const answer = swap === null ? null : within(300, () => isSeen(testCase, swap));
    if (answer === null) continue;
    swaps++;
    if (answer) seen++;
  }
  ok(seen >= swaps * 0.5, `${seen} of ${swaps} swaps are seen`);
});
