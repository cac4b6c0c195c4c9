import {strict as assert} from 'node:assert';
import {test} from 'node:test';
import {Trap} from '#engine/base/trap.ts';
import {Cfg} from '../analysis/cfg.ts';
import {Dominators} from '../analysis/dominators.ts';
import {Loops} from '../analysis/loops.ts';
import {Fuel} from '../fuel.ts';
import {type Bits, evaluateFunc, type Machine, noMachine} from '../ir/eval.ts';
import {ENTRY, Func, NONE, type Value} from '../ir/func.ts';
import {Ir} from '../ir/ops.ts';
import {drawFrom, randomFunc} from '../ir/random-func.ts';
import {I32, I64, VOID} from '../ir/types.ts';
import {verify} from '../ir/verify.ts';
import type {PassContext} from '../passes.ts';
import {inlineCalls} from './inline.ts';

const SEED = 500;
const FUNCTIONS = 120;
const STEPS = 4000;
const CALLEE = 9;
const OUT_OF_FUEL = 23;

const context = (g: Func, fuel = new Fuel()): PassContext => ({
  fuel,
  cfg: new Cfg(),
  dominators: new Dominators(),
  loops: new Loops(),
  callees: {func: (index) => (index === CALLEE ? g : null)},
  addsIndexAndOffset: true,
});

/** Calls the function twice, the second time with results of the first, and mixes what both give. */
function callerOf(g: Func): Func {
  const f = new Func();
  f.clear(1, g.signatureId, g.signatures);
  const entry = f.addBlock();
  const params = g.signature.params.map((type) => f.addParam(entry, type));
  const call = (args: readonly Value[]): readonly [Value, Value] => {
    f.beginList();
    for (const arg of args) f.pushList(arg);
    const first = f.append(entry, f.addList(Ir.call, I32, NONE, CALLEE, g.signatureId));
    return [first, f.append(entry, f.add(Ir.result, I64, first, NONE, NONE, 1))];
  };
  const [small, large] = call(params);
  const [small2, large2] = call([params[0]!, small, large, params[3]!]);
  f.beginList();
  f.pushList(f.append(entry, f.add(Ir.ixor, I32, small, small2)));
  f.pushList(f.append(entry, f.add(Ir.isub, I64, large2, large)));
  f.append(entry, f.addList(Ir.return, VOID));
  return f;
}

/** Memory that keeps what was written and says in which order. */
class Bytes implements Machine {
  readonly #bytes = new Map<bigint, bigint>();
  readonly log: string[] = [];
  readonly #callee: Func;
  callCode = noMachine.callCode;
  callBuiltin = noMachine.callBuiltin;

  constructor(callee: Func) {
    this.#callee = callee;
  }
  call(_: number, args: readonly Bits[]): readonly Bits[] {
    return evaluateFunc(this.#callee, args, this, STEPS);
  }
  read(address: bigint, bytes: number): bigint {
    let value = 0n;
    for (let i = BigInt(bytes) - 1n; i >= 0n; i--) value = (value << 8n) | (this.#bytes.get(address + i) ?? 0n);
    return value;
  }
  write(address: bigint, bytes: number, value: bigint): void {
    this.log.push(`${address}:${bytes}=${value}`);
    for (let i = 0n; i < BigInt(bytes); i++) this.#bytes.set(address + i, (value >> (8n * i)) & 0xffn);
  }
}

/** Results or trap, and all stores; undefined when it takes too many steps. */
function observe(f: Func, g: Func, args: readonly Bits[]): string | undefined {
  const machine = new Bytes(g);
  try {
    return `${evaluateFunc(f, args, machine, STEPS).join()} ${machine.log.join(' ')}`;
  } catch (error) {
    if (!(error instanceof Trap)) throw error;
    return error.code === OUT_OF_FUEL ? undefined : `trap ${error.code} ${machine.log.join(' ')}`;
  }
}

const argumentLists: Bits[][] = [
  [0n, 0, 0n, 0],
  [0n, 1, -1n, 60],
  [0n, -1, 1n << 63n, 3],
];

function check(inline: (f: Func, g: Func) => void): number {
  let compared = 0;
  for (let i = 0; i < FUNCTIONS; i++) {
    const g = randomFunc(drawFrom(SEED + i), i % 2 === 1);
    const f = callerOf(g);
    const before = argumentLists.map((args) => observe(f, g, args));
    inline(f, g);
    verify(f, 'inline');
    before.forEach((shown, n) => {
      const after = observe(f, g, argumentLists[n]!);
      if (shown === undefined || after === undefined) return;
      compared++;
      assert.equal(after, shown, `seed ${SEED + i}`);
    });
  }
  return compared;
}

const unlimited = {values: 100_000, growth: 1_000_000};
const isCalling = (f: Func): boolean => {
  for (let b = 1; b <= f.blockCount; b++)
    for (let v = f.first(b as never); v !== NONE; v = f.next(v)) if (f.op(v) === Ir.call) return true;
  return false;
};

test('a function inlined twice does what two calls of it do', () => {
  const compared = check((f, g) => {
    inlineCalls(f, context(g), unlimited);
    assert.ok(!isCalling(f));
  });
  assert.ok(compared > FUNCTIONS);
});

test('a callee that is exchanged on the way is noticed', () => {
  const other = randomFunc(drawFrom(1));
  assert.throws(() => check((f) => inlineCalls(f, context(other), unlimited)));
});

test('without fuel, beyond the limits, and for callees that call, the call stays', () => {
  const g = randomFunc(drawFrom(2));
  const stays = (change: (f: Func) => void): void => {
    const f = callerOf(g);
    change(f);
    assert.ok(isCalling(f));
  };
  stays((f) => inlineCalls(f, context(g, new Fuel({limit: 0})), unlimited));
  stays((f) => inlineCalls(f, context(g)));
  stays((f) => inlineCalls(f, context(callerOf(g)), unlimited));
  stays((f) => inlineCalls(f, {...context(g), callees: null}, unlimited));
  const f = callerOf(g);
  inlineCalls(f, context(g, new Fuel({limit: 1})), unlimited);
  assert.equal(f.op(f.last(ENTRY)) === Ir.return, false, 'one of two calls was inlined');
  assert.ok(isCalling(f));
});
