import {strict as assert} from 'node:assert';
import {test} from 'node:test';
import {Trap, trap} from '#engine/base/trap.ts';
import {Fuel} from './fuel.ts';
import {type Bits, evaluateFunc, type Machine, noMachine} from './ir/eval.ts';
import {Func, NONE} from './ir/func.ts';
import {Ir, MemoryAccess} from './ir/ops.ts';
import {parseFunc} from './ir/parse.ts';
import {printFunc} from './ir/print.ts';
import {drawFrom, GLOBALS, MEMORY_BYTES, randomFunc} from './ir/random-func.ts';
import {verify} from './ir/verify.ts';
import {Optimizer, passes} from './passes.ts';
import {untimed} from './timer.ts';

const SEED = 20;
const FUNCTIONS = 60;

/** Bytes that start as a function of their address; what was stored, in order. */
class Bytes implements Machine {
  readonly #bytes = new Map<bigint, number>();
  readonly log: string[] = [];
  call = noMachine.call;
  callCode = noMachine.callCode;
  callBuiltin = noMachine.callBuiltin;

  #reach(address: bigint, bytes: number): void {
    if (address < GLOBALS && address + BigInt(bytes) > MEMORY_BYTES) trap('memory-out-of-bounds');
  }

  read(address: bigint, bytes: number): bigint {
    this.#reach(address, bytes);
    let value = 0n;
    for (let i = BigInt(bytes) - 1n; i >= 0n; i--)
      value = (value << 8n) | BigInt(this.#bytes.get(address + i) ?? Number((address + i) % 251n));
    return value;
  }
  write(address: bigint, bytes: number, value: bigint, whole = false): void {
    assert.ok(!whole || address >= MEMORY_BYTES || address + BigInt(bytes) <= MEMORY_BYTES, 'a whole store in part');
    this.#reach(address, bytes);
    this.log.push(`${address}:${bytes}=${value}`);
    for (let i = 0n; i < BigInt(bytes); i++) this.#bytes.set(address + i, Number((value >> (8n * i)) & 0xffn));
  }
}

/** Results or trap, and all stores; undefined when the function does not end. */
function observe(f: Func, args: readonly Bits[]): string | undefined {
  const machine = new Bytes();
  let end: string;
  try {
    end = evaluateFunc(f, args, machine, 3000).join();
  } catch (error) {
    if (!(error instanceof Trap)) throw error;
    if (error.code === 23) return undefined;
    end = `trap ${error.code}`;
  }
  return `${end} ${machine.log.join(' ')}`;
}

const argumentLists: Bits[][] = [
  [0n, 0, 0n, 0],
  [0n, 1, -1n, 60],
  [0n, -1, 1n << 63n, 3],
  [0n, 77, 123456789n, -2147483648],
];

/** Checks that `run` keeps what random functions show; returns how many calls were compared. */
function checkPass(run: (f: Func) => void): number {
  let compared = 0;
  for (let i = 0; i < FUNCTIONS; i++) {
    const f = randomFunc(drawFrom(SEED * 1000 + i), i % 2 === 1);
    verify(f, 'generation');
    const text = printFunc(f);
    const before = argumentLists.map((args) => observe(f, args));
    run(f);
    const after = argumentLists.map((args) => observe(f, args));
    before.forEach((shown, n) => {
      if (shown === undefined || after[n] === undefined) return;
      compared++;
      assert.equal(after[n], shown, `seed ${SEED * 1000 + i}\n${text}\nbecame\n${printFunc(f)}`);
    });
  }
  return compared;
}

for (const pass of passes) {
  test(`${pass.name} keeps what random functions compute`, () => {
    const optimizer = new Optimizer(new Fuel(), true, untimed);
    assert.ok(checkPass((f) => optimizer.runPass(f, pass.name)) > FUNCTIONS);
  });
}

for (const addsIndexAndOffset of [true, false]) {
  const machine = `a machine that ${addsIndexAndOffset ? 'adds' : 'does not add'} index and offset`;
  test(`all passes together keep what random functions compute, for ${machine}`, () => {
    const optimizer = new Optimizer(new Fuel(), true, untimed, {addsIndexAndOffset});
    assert.ok(checkPass((f) => optimizer.run(f, 2)) > FUNCTIONS);
  });
}

test('a pass that lies is noticed', () => {
  assert.throws(() =>
    checkPass((f) => {
      for (let v = f.first(1 as never); v !== NONE; v = f.next(v)) if (f.imm(v) === MEMORY_BYTES - 4) f.setImm(v, 28);
    }),
  );
});

/** Lies about all accesses of a kind. */
const lying = (op: number, lie: (aux: number) => number) => (f: Func) => {
  for (let b = 1; b <= f.blockCount; b++)
    for (let v = f.first(b as never); v !== NONE; v = f.next(v)) if (f.op(v) === op) f.setAux(v, lie(f.aux(v)));
};

test('accesses that lie about the end of memory are noticed', () => {
  assert.throws(() => checkPass(lying(Ir.store, MemoryAccess.whole)), /a whole store in part/);
  assert.throws(() => checkPass(lying(Ir.store, MemoryAccess.checked)), /is a checked access and traps/);
  assert.throws(() => checkPass(lying(Ir.load, MemoryAccess.checked)), /is a checked access and traps/);
});

test('every amount of fuel gives a function that computes the same, and a prefix of the decisions', () => {
  const seeds = [3, 4, 5];
  for (const seed of seeds) {
    const decisions = (limit: number | undefined): {rules: string[]; shown: (string | undefined)[]} => {
      const f = randomFunc(drawFrom(seed), seed !== 3);
      const fuel = new Fuel({limit, record: true});
      new Optimizer(fuel, true, untimed).run(f, 2);
      return {rules: fuel.report().map(({rule}) => rule), shown: argumentLists.map((args) => observe(f, args))};
    };
    const all = decisions(undefined);
    for (let limit = 0; limit < all.rules.length; limit += 1 + (limit >> 2)) {
      const some = decisions(limit);
      assert.deepEqual(some.rules, all.rules.slice(0, limit));
      some.shown.forEach((shown, i) => {
        if (shown !== undefined && all.shown[i] !== undefined)
          assert.equal(shown, all.shown[i], `seed ${seed}, fuel ${limit}`);
      });
    }
  }
});

test('printing, parsing and printing again gives the same text', () => {
  for (let seed = 0; seed < 100; seed++) {
    const f = randomFunc(drawFrom(seed), seed % 2 === 1);
    const text = printFunc(f);
    assert.equal(printFunc(parseFunc(text, f.signatures, new Func())), text);
  }
});

test('a disabled pass does not run', () => {
  const run = (disabledPasses: string[]): string[] => {
    const ran: string[] = [];
    new Optimizer(new Fuel({disabledPasses}), false, untimed).run(randomFunc(drawFrom(1)), 2, (name) => ran.push(name));
    return ran;
  };
  assert.deepEqual(
    run([]),
    passes.map(({name}) => name),
  );
  assert.deepEqual(
    run(['gvn', 'licm']),
    passes.map(({name}) => name).filter((name) => name !== 'gvn' && name !== 'licm'),
  );
});
