/**
 * Dispatch of the interpreter's loop beside a loop that has nothing but a jump table: four instructions a round, the same
 * words, literal labels. A ratio far above 1 says that V8 no longer makes a jump table of the interpreter's loop, or that
 * state which used to live in registers does not.
 */
import {instantiate, invoke} from '#engine/interpreter/interpreter.ts';
import {Func} from '#engine/runtime/func.ts';
import {parseText} from '#engine/text.ts';
import {load} from '#engine/valid/load.ts';
import {ratios} from './measure.ts';
import {type BenchReport, SCHEMA} from './report.ts';

const ROUNDS = 1_000_000;
const INSTRUCTIONS = 4;
const TURNS = 12;
const WARM_UP = 20_000;

const text = `(module (func (export "run") (param i32) (result i32) (local i32)
  (loop $next
    (local.set 1 (i32.add (local.get 1) (i32.mul (local.get 0) (local.get 0))))
    (br_if $next (local.tee 0 (i32.sub (local.get 0) (i32.const 1)))))
  (local.get 1)))`;

const slots = new Int32Array(16);
/** mul 3 1 1, add 2 2 3, add_k 1 1 -1, br_nz 1 0, return; and room to read operands behind the end. */
const words = Int32Array.of(3, 3, 1, 1, 1, 2, 2, 3, 2, 1, 1, -1, 4, 1, 0, 0, 0, 0, 0);

/** The baseline: a few instructions, each in the form that the interpreter has. */
function baseline(rounds: number): number {
  slots.fill(0);
  slots[1] = rounds;
  for (let pc = 0; ; ) {
    const x = words[(pc + 1) | 0]!;
    const y = words[(pc + 2) | 0]!;
    const z = words[(pc + 3) | 0]!;
    switch (words[pc]) {
      case 0:
        return slots[2]!;
      case 1:
        slots[x] = (slots[y]! + slots[z]!) | 0;
        pc = (pc + 4) | 0;
        continue;
      case 2:
        slots[x] = (slots[y]! + z) | 0;
        pc = (pc + 4) | 0;
        continue;
      case 3:
        slots[x] = Math.imul(slots[y]!, slots[z]!);
        pc = (pc + 4) | 0;
        continue;
      case 4:
        pc = slots[x] !== 0 ? y : (pc + 3) | 0;
        continue;
      case 5:
        slots[x] = slots[y]! & slots[z]!;
        pc = (pc + 4) | 0;
        continue;
      case 6:
        slots[x] = slots[y]! | slots[z]!;
        pc = (pc + 4) | 0;
        continue;
      case 7:
        slots[x] = slots[y]! ^ slots[z]!;
        pc = (pc + 4) | 0;
        continue;
      default:
        throw new RangeError('word');
    }
  }
}

async function interpreter(): Promise<(rounds: number) => number> {
  const {instance} = instantiate(load(await parseText(text)), () => undefined);
  const run = instance.exports.get('run');
  if (!(run instanceof Func)) throw new TypeError('an export run');
  return (rounds) => {
    const outcome = invoke(run, [BigInt(rounds)]);
    return outcome.kind === 'return' ? Number(BigInt.asIntN(32, outcome.values[0] as bigint)) : Number.NaN;
  };
}

function nanoseconds(run: (rounds: number) => number): number {
  const start = process.hrtime.bigint();
  run(ROUNDS);
  return Number(process.hrtime.bigint() - start) / (ROUNDS * INSTRUCTIONS);
}

/** Measures both sides in turns; takes about a second. */
export async function dispatchBench(): Promise<BenchReport> {
  const sides = {interpreter: await interpreter(), baseline};
  if (sides.interpreter(1000) !== sides.baseline(1000)) throw new Error('the two sides disagree');
  for (const run of Object.values(sides)) for (let i = 0; i < WARM_UP; i += 1) run(20);
  const best = {interpreter: Number.POSITIVE_INFINITY, baseline: Number.POSITIVE_INFINITY};
  for (let turn = 0; turn < TURNS; turn += 1) {
    for (const side of ['interpreter', 'baseline'] as const)
      best[side] = Math.min(best[side], nanoseconds(sides[side]));
  }
  const rows = (['interpreter', 'baseline'] as const).map((side) => ({
    bench: 'dispatch',
    name: 'loop of four',
    side,
    value: best[side],
    unit: 'ns per instruction',
  }));
  return {schema: SCHEMA, rows, geomean: ratios(rows, 'interpreter'), notes: []};
}
