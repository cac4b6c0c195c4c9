import {strict as assert} from 'node:assert';
import {test} from 'node:test';
import {trap} from '../base/trap.ts';
import type {TrapName} from '../base/traps.ts';
import {Func} from '../runtime/func.ts';
import type {Instance} from '../runtime/instance.ts';
import type {Outcome} from '../runtime/outcome.ts';
import type {Value} from '../runtime/values.ts';
import {parseText} from '../text.ts';
import {load} from '../valid/load.ts';
import {NAME} from '../wasm/columns.ts';
import {I32} from '../wasm/types.ts';
import {hostFunction, type InvokeOptions, instantiate, invoke} from './interpreter.ts';
import {executions} from './profile.ts';
import type {TraceEvent} from './trace.ts';

type Imports = Readonly<Record<string, Func>>;

async function instanceOf(text: string, imports: Imports = {}): Promise<Instance> {
  const {instance, outcome} = instantiate(load(await parseText(text)), ({name}) => imports[name]);
  assert.equal(outcome.kind, 'return');
  return instance;
}

function call(instance: Instance, name: string, args: readonly Value[] = [], options: InvokeOptions = {}): Outcome {
  const func = instance.exports.get(name);
  assert.ok(func instanceof Func);
  return invoke(func, args, options);
}

const returns = (...values: Value[]): Outcome => ({kind: 'return', values});
const traps = (outcome: Outcome): TrapName | null => (outcome.kind === 'trap' ? outcome.trap : null);

test('recursion, loops and 64-bit arithmetic compute', async () => {
  const instance = await instanceOf(`(module
    (func $fib (export "fib") (param i32) (result i32)
      (if (result i32) (i32.lt_s (local.get 0) (i32.const 2)) (then (local.get 0))
        (else (i32.add (call $fib (i32.sub (local.get 0) (i32.const 1))) (call $fib (i32.sub (local.get 0) (i32.const 2)))))))
    (func (export "fac") (param i64) (result i64) (local i64)
      (local.set 1 (i64.const 1))
      (block $out (loop $next (br_if $out (i64.eqz (local.get 0)))
        (local.set 1 (i64.mul (local.get 1) (local.get 0)))
        (local.set 0 (i64.sub (local.get 0) (i64.const 1))) (br $next)))
      (local.get 1)))`);
  assert.deepEqual(call(instance, 'fib', [20n]), returns(6765n));
  assert.deepEqual(call(instance, 'fac', [20n]), returns(2432902008176640000n));
});

test('a local that is written keeps its old value for operands that were read before', async () => {
  const instance = await instanceOf(`(module
    (func (export "set") (param i32) (result i32) (local.get 0) (local.set 0 (i32.const 5)) (local.get 0) (i32.sub))
    (func (export "tee") (param i32) (result i32)
      (i32.sub (local.get 0) (local.tee 0 (i32.add (local.get 0) (i32.const 5)))))
    (func (export "swap") (param i32 i64) (result i64 i32) (local.get 1) (local.get 0))
    (func (export "loop") (param i32) (result i32)
      (local.get 0) (loop (local.set 0 (i32.add (local.get 0) (i32.const 1))) (br_if 0 (i32.lt_u (local.get 0) (i32.const 9))))
      (local.get 0) (i32.mul)))`);
  assert.deepEqual(call(instance, 'set', [7n]), returns(2n));
  assert.deepEqual(call(instance, 'tee', [7n]), returns(0xfffffffbn));
  assert.deepEqual(call(instance, 'swap', [1n, 2n]), returns(2n, 1n));
  assert.deepEqual(call(instance, 'loop', [3n]), returns(27n));
});

test('branches carry operands to the places where their labels want them', async () => {
  const instance = await instanceOf(`(module
    (func (export "table") (param i32) (result i32)
      (block $a (result i32) (block $b (result i32) (i32.const 10) (br_table $a $b 2 (local.get 0))) (i32.const 1) (i32.add)))
    (func (export "deep") (param i32) (result i32 i64)
      (block (result i32 i64)
        (i32.const 1) (f64.const 2) (i32.const 3) (i64.const 4) (br_if 0 (local.get 0))
        (drop) (drop) (drop) (drop) (i32.const 5) (i64.const 6))))`);
  assert.deepEqual(
    [0n, 1n, 2n, 0xffffffffn].map((i) => call(instance, 'table', [i])),
    [10n, 11n, 10n, 10n].map((v) => returns(v)),
  );
  assert.deepEqual(call(instance, 'deep', [1n]), returns(3n, 4n));
  assert.deepEqual(call(instance, 'deep', [0n]), returns(5n, 6n));
});

test('traps name their cause and the offset of their instruction', async () => {
  const instance = await instanceOf(`(module (memory 1) (table 2 funcref)
    (func (export "load") (param i32) (result i32) (i32.load offset=4 (local.get 0)))
    (func (export "div") (param i32) (result i32) (i32.div_s (i32.const 1) (local.get 0)))
    (func (export "call") (param i32) (call_indirect (local.get 0))))`);
  assert.equal(traps(call(instance, 'load', [65529n])), 'memory-out-of-bounds');
  assert.equal(traps(call(instance, 'load', [0xffffffffn])), 'memory-out-of-bounds');
  assert.deepEqual(call(instance, 'load', [65528n]), returns(0n));
  assert.equal(traps(call(instance, 'call', [1n])), 'uninitialized-element');
  assert.equal(traps(call(instance, 'call', [2n])), 'undefined-element');
  const outcome = call(instance, 'div', [0n]);
  assert.equal(traps(outcome), 'integer-divide-by-zero');
  const {bytes, offset} = instance.module.bodies[1]!.code;
  assert.equal(outcome.kind === 'trap' && outcome.offset, offset + bytes.indexOf(0x6d));
});

test('NaN payloads survive moves, and arithmetic makes the canonical NaN', async () => {
  const instance = await instanceOf(`(module (memory 1) (global $g (mut f64) (f64.const 0))
    (func (export "move") (param f64) (result f64) (local f64)
      (global.set $g (local.get 0)) (f64.store (i32.const 3) (global.get $g)) (local.tee 1 (f64.load (i32.const 3))))
    (func (export "neg") (param f32) (result f32) (f32.neg (local.get 0)))
    (func (export "add") (param f64) (result f64) (f64.add (local.get 0) (f64.const 1)))
    (func (export "zero") (result f32) (f32.div (f32.const 0) (f32.const 0))))`);
  assert.deepEqual(call(instance, 'move', [0x7ff4dead_beef0001n]), returns(0x7ff4dead_beef0001n));
  assert.deepEqual(call(instance, 'neg', [0x7fa00001n]), returns(0xffa00001n));
  assert.deepEqual(call(instance, 'add', [0xfff4dead_beef0001n]), returns(0x7ff80000_00000000n));
  assert.deepEqual(call(instance, 'zero'), returns(0x7fc00000n));
});

test('endless recursion exhausts the stack, a million tail calls do not', async () => {
  const instance = await instanceOf(`(module
    (func $deep (export "deep") (call $deep))
    (func $count (export "count") (param i64) (result i64)
      (if (result i64) (i64.eqz (local.get 0)) (then (i64.const 7)) (else (return_call $count (i64.sub (local.get 0) (i64.const 1)))))))`);
  assert.equal(call(instance, 'deep').kind, 'exhaustion');
  assert.deepEqual(call(instance, 'count', [1_000_000n]), returns(7n));
});

test('fuel ends a call at the same instruction every time', async () => {
  const instance = await instanceOf(`(module (global (export "g") (mut i32) (i32.const 0))
    (func (export "spin") (loop (global.set 0 (i32.add (global.get 0) (i32.const 1))) (br 0))))`);
  const counts = [0, 1].map(() => {
    assert.equal(call(instance, 'spin', [], {fuel: 1000}).kind, 'out-of-fuel');
    const global = instance.globals[0]!;
    const {value} = global;
    global.value = 0n;
    return value;
  });
  assert.equal(counts[0], counts[1]);
  assert.ok((counts[0] as bigint) > 100n);
  assert.equal(call(instance, 'spin', [], {fuel: 10}).kind, 'out-of-fuel');
});

test('a trace shows operands and results of every instruction, in order', async () => {
  const instance = await instanceOf(`(module (memory 1)
    (func (export "f") (param i32) (result i32) (local i32)
      (local.set 1 (i32.const 5))
      (i32.store offset=8 (local.get 0) (i32.add (local.get 1) (i32.const 2)))
      (if (result i32) (i32.lt_s (local.get 0) (local.get 1)) (then (i32.load (i32.const 8))) (else (unreachable)))))`);
  const seen: string[] = [];
  const trace = ({phase, op, values, access}: TraceEvent): void => {
    seen.push(`${phase} ${NAME[op]} ${values.join()}${access === null ? '' : ` @${access.offset}+${access.width}`}`);
  };
  assert.deepEqual(call(instance, 'f', [0n], {trace}), returns(7n));
  for (const line of [
    'after i32.const 5',
    'before local.set 5',
    'before i32.add 5,2',
    'after i32.add 7',
    'before i32.store 0,7 @8+4',
    'before i32.lt_s 0,5',
    'after i32.lt_s 1',
    'before if 1',
    'before i32.load 8 @0+4',
    'after i32.load 7 @0+4',
  ])
    assert.ok(seen.includes(line), `${line} in ${seen.join('; ')}`);
  assert.ok(seen.indexOf('before i32.add 5,2') < seen.indexOf('before i32.store 0,7 @8+4'));
  assert.ok(!seen.some((line) => line.includes('unreachable')));
});

test('a profile counts executions by offset', async () => {
  const instance = await instanceOf(`(module (func (export "f") (param i32) (result i32)
    (loop (br_if 0 (local.tee 0 (i32.sub (local.get 0) (i32.const 1)))))
    (if (result i32) (local.get 0) (then (i32.clz (local.get 0))) (else (i32.ctz (local.get 0))))))`);
  assert.deepEqual(call(instance, 'f', [10n], {profile: true}), returns(32n));
  const {bytes, offset} = instance.module.bodies[0]!.code;
  const counts = executions(instance);
  const count = (opcode: number): number | undefined => counts.get(offset + bytes.indexOf(opcode));
  assert.deepEqual([count(0x6b), count(0x22), count(0x67), count(0x68)], [10, 10, 0, 1]);
});

test('host functions get and give bits, call back, and trap', async () => {
  let instance: Instance | undefined;
  const double = hostFunction({kind: 'func', params: [I32], results: [I32]}, ([value]) => {
    if (value === 0n) trap('host');
    const outcome = call(instance!, 'inc', [value!]);
    return outcome.kind === 'return' ? outcome.values.map((v) => (v as bigint) * 2n) : [];
  });
  instance = await instanceOf(
    `(module (import "host" "double" (func $double (param i32) (result i32)))
    (func (export "inc") (param i32) (result i32) (i32.add (local.get 0) (i32.const 1)))
    (func (export "run") (param i32) (result i32) (i32.add (call $double (local.get 0)) (i32.const 100))))`,
    {double},
  );
  assert.deepEqual(call(instance, 'run', [20n]), returns(142n));
  assert.equal(traps(call(instance, 'run', [0n])), 'host');
});

test('what a trapping active segment wrote before stays', async () => {
  const first = await instanceOf('(module (memory (export "m") 1))');
  const module = load(
    await parseText('(module (import "a" "m" (memory 1)) (data (i32.const 8) "x") (data (i32.const 65536) "y"))'),
  );
  const {outcome} = instantiate(module, () => first.exports.get('m'));
  assert.equal(traps(outcome), 'memory-out-of-bounds');
  assert.equal(first.memories[0]!.bytes[8], 0x78);
});
