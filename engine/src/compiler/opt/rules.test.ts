import {strict as assert} from 'node:assert';
import {test} from 'node:test';
import fc from 'fast-check';
import {Trap} from '#engine/base/trap.ts';
import {Cfg} from '../analysis/cfg.ts';
import {Dominators} from '../analysis/dominators.ts';
import {Loops} from '../analysis/loops.ts';
import {Fuel} from '../fuel.ts';
import {type Bits, bitsOf, evaluateFunc, type Machine, noMachine} from '../ir/eval.ts';
import {ENTRY, Func, NONE, type Value} from '../ir/func.ts';
import {ARITY, FACT, FACTS, Ir, type OpCode, opNames, TYPE_RULE} from '../ir/ops.ts';
import {F32, F64, I32, I64, REF, Signatures, type Type, VOID} from '../ir/types.ts';
import {verify} from '../ir/verify.ts';
import {Rewriter, rules} from './rewrite.ts';
import {compileRule, type Head, headOp, type Pattern, type Rule, rule} from './rule.ts';

/** Instances of a rule; many more when its side condition was never met. */
const RUNS = [100, 4000];

/** Numbers that rules care about, for both widths. */
const integer = fc.oneof(
  fc.constantFrom(
    0n,
    1n,
    -1n,
    2n,
    3n,
    5n,
    7n,
    8n,
    10n,
    16n,
    24n,
    31n,
    32n,
    33n,
    48n,
    56n,
    63n,
    64n,
    100n,
    255n,
    256n,
    65535n,
    65536n,
  ),
  fc.integer({min: 0, max: 63}).map((n) => 1n << BigInt(n)),
  fc.integer({min: 0, max: 63}).map((n) => (1n << BigInt(n)) - 1n),
  fc.integer({min: 0, max: 63}).map((n) => -(1n << BigInt(n))),
  fc.bigInt({min: -(1n << 63n), max: (1n << 63n) - 1n}),
);

/** The operands of a head as parameters and constants of a function that computes the head. */
class Instance {
  readonly f = new Func();
  readonly bound = new Map<string, Value>();
  readonly params: Type[] = [];
  readonly #types: Type[];
  readonly #numbers: bigint[];

  constructor(types: Type[], numbers: bigint[]) {
    this.#types = types;
    this.#numbers = numbers;
  }

  number(): bigint {
    return this.#numbers.shift() ?? 0n;
  }

  build(head: Head, wanted: Type | null): Value {
    const {op, type} = headOp(head[0]);
    const [operandLetters = ''] = TYPE_RULE[op]!.split(':');
    const letters = new Map<string, Type>();
    const result = resultType(op, wanted, type, this.#types[0]!);
    const resultLetter = TYPE_RULE[op]!.split(':')[1]!;
    if (resultLetter !== '') letters.set(resultLetter, result);
    const operands = [...operandLetters].map((letter, i) =>
      this.#operand(head[i + 1] as Pattern, this.#letter(letters, letter, type, result)),
    );
    const [a = NONE, b = NONE, c = NONE] = operands;
    return this.f.append(ENTRY, this.f.add(op, resultLetter === '' ? VOID : result, a, b, c, immediateOf(op), 0));
  }

  #letter(letters: Map<string, Type>, letter: string, typed: Type | null, result: Type): Type {
    const fixed: Record<string, Type> = {i: I32, l: I64, f: F32, d: F64, r: REF, p: I64, A: I32};
    const known = fixed[letter] ?? letters.get(letter);
    if (known !== undefined) return known;
    const chosen =
      letter === 'F'
        ? F32
        : letter === 'U'
          ? result === I32
            ? F32
            : result === F32
              ? I32
              : result === I64
                ? F64
                : I64
          : (typed ?? this.#types[1]!);
    letters.set(letter, chosen);
    return chosen;
  }

  #operand(pattern: Pattern, type: Type): Value {
    if (typeof pattern === 'object') return this.build(pattern, type);
    if (typeof pattern === 'number') return this.#constant(type, BigInt(pattern));
    const known = this.bound.get(pattern);
    if (known !== undefined) {
      if (this.f.type(known) !== type) throw new Mismatch();
      return known;
    }
    const v = pattern === 'k' || pattern === 'j' ? this.#constant(type, this.number()) : this.#variable(type);
    this.bound.set(pattern, v);
    return v;
  }

  #constant(type: Type, value: bigint): Value {
    if (type !== I32 && type !== I64) throw new Mismatch();
    const bits = bitsOf(type, value);
    return this.f.append(
      ENTRY,
      typeof bits === 'bigint' ? this.f.add64(type, bits) : this.f.add(Ir.const, type, NONE, NONE, NONE, bits),
    );
  }

  /** A parameter; sometimes something narrower, which side conditions ask for. */
  #variable(type: Type): Value {
    this.params.push(type);
    const param = this.f.addParam(ENTRY, type);
    const form = Number(BigInt.asUintN(3, this.number()));
    if (type === I32 && form === 1) return this.f.append(ENTRY, this.f.add(Ir.ieqz, I32, param));
    if (type === I32 && form === 2)
      return this.f.append(ENTRY, this.f.add(Ir.load8_u, I32, this.f.param(ENTRY, 0), param));
    if (type === I64 && form === 3)
      return this.f.append(ENTRY, this.f.add(Ir.extend_u, I64, this.f.append(ENTRY, this.f.add(Ir.wrap, I32, param))));
    return param;
  }
}

/** The drawn types do not fit the head. */
class Mismatch extends Error {}

function immediateOf(op: OpCode): number {
  return op === Ir.trap_if ? 1 : 0;
}

function resultType(op: OpCode, wanted: Type | null, typed: Type | null, drawn: Type): Type {
  const letter = TYPE_RULE[op]!.split(':')[1]!;
  const fixed: Record<string, Type> = {'': VOID, i: I32, l: I64, f: F32, d: F64, r: REF};
  const type = fixed[letter] ?? wanted ?? (typed !== null && ARITY[op] === 2 ? typed : drawn);
  if (wanted !== null && type !== wanted) throw new Mismatch();
  return type;
}

/** A function that returns the head's value; its root. Void heads return 0 behind them. */
function instanceOf(head: Head, types: Type[], numbers: bigint[]): {f: Func; root: Value; params: Type[]} | null {
  const instance = new Instance(types, [...numbers]);
  const {f} = instance;
  const signatures = new Signatures();
  f.clear(0, signatures.intern([I64], []), signatures);
  f.addBlock();
  f.addParam(ENTRY, I64);
  if (head[0] === 'br_if') return branchInstance(instance, head, signatures);
  try {
    const root = instance.build(head, null);
    const result = f.type(root) === VOID ? f.append(ENTRY, f.add(Ir.const, I32)) : root;
    f.beginList();
    f.pushList(result);
    f.append(ENTRY, f.addList(Ir.return, VOID));
    f.signatureId = signatures.intern([I64, ...instance.params], [f.type(result)]);
    return {f, root, params: instance.params};
  } catch (error) {
    if (error instanceof Mismatch) return null;
    throw error;
  }
}

function branchInstance(
  instance: Instance,
  head: Head,
  signatures: Signatures,
): {f: Func; root: Value; params: Type[]} {
  const {f} = instance;
  const condition = instance.build(head[1] as Head, I32);
  const blocks = [f.addBlock(), f.addBlock()];
  f.beginEdges();
  for (const b of blocks) f.pushEdge(b);
  const root = f.append(ENTRY, f.addTerminator(Ir.br_if, condition));
  blocks.forEach((b, i) => {
    const result = f.append(b, f.add(Ir.const, I32, NONE, NONE, NONE, i));
    f.beginList();
    f.pushList(result);
    f.append(b, f.addList(Ir.return, VOID));
  });
  f.signatureId = signatures.intern([I64, ...instance.params], [I32]);
  return {f, root, params: instance.params};
}

/** What a call shows: results, trap, and the bytes that it stored. */
function observe(f: Func, args: readonly Bits[]): unknown {
  const writes: string[] = [];
  const machine: Machine = {
    ...noMachine,
    read: (address, bytes) => BigInt.asUintN(bytes * 8, address * 0x9e3779b97f4a7c15n),
    write: (address, bytes, value) => {
      writes.push(`${address} ${bytes} ${value}`);
    },
  };
  try {
    return {results: [...evaluateFunc(f, args, machine)].map(String), writes};
  } catch (error) {
    if (error instanceof Trap) return {trap: error.code, writes};
    throw error;
  }
}

const pure = (head: Head): boolean => (FACTS[headOp(head[0]).op]! & FACT.pure) !== 0;

/** Sometimes all the same, for heads whose constants must agree. */
const integers = fc.oneof(
  fc.array(integer, {minLength: 12, maxLength: 12}),
  fc.constantFrom(8n, 16n, 24n, 32n, 48n, 56n).map((n) => new Array<bigint>(12).fill(n)),
);

/** Applies a rule to instances of its head and compares; returns how often its side condition held. */
function checkRule(candidate: Rule): number {
  return checkInstances(candidate, RUNS[0]!) || checkInstances(candidate, RUNS[1]!);
}

function checkInstances(candidate: Rule, numRuns: number): number {
  let applied = 0;
  const types = fc.tuple(fc.constantFrom(I32, I64), fc.constantFrom(I32, I64, ...(pure(candidate.head) ? [] : [I64])));
  fc.assert(
    fc.property(types, integers, fc.array(integer, {minLength: 6, maxLength: 6}), (drawn, numbers, values) => {
      const instance = instanceOf(candidate.head, drawn, numbers);
      if (instance === null) return;
      const {f, root, params} = instance;
      verify(f, 'building an instance');
      const args = [0x1000n, ...params.map((type, i) => bitsOf(type, values[i % values.length]!))];
      const before = observe(f, args);
      if (!new Rewriter().applyOne(f, root, compileRule(candidate), new Fuel())) return;
      applied++;
      verify(f, candidate.name);
      assert.deepEqual(observe(f, args), before, candidate.name);
    }),
    {seed: 4, numRuns},
  );
  return applied;
}

test('every rewrite rule gives what its head gives, on instances of its own head', () => {
  for (const candidate of rules) assert.ok(checkRule(candidate) > 0, `${candidate.name}: its condition never held`);
});

test('a lying rule is noticed', () => {
  const lies = [
    rule('lie: x + y → x', ['iadd', 'x', 'y'], (m) => m.x),
    rule('lie: x >>s k → x >>u k', ['ishr_s', 'x', 'k'], (m) => m.add('ishr_u', m.type, m.x, m.k)),
    rule('lie: x <u k → x <s k', ['ilt_u', 'x', 'k'], (m) => m.add('ilt_s', I32, m.x, m.k)),
    rule('lie: store16 (extend8_s x) → store16 x', ['store16', 'y', 'z', ['iextend8_s', 'x']], (m) => {
      m.f.setC(m.v, m.x);
      return m.v;
    }),
  ];
  for (const lie of lies) assert.throws(() => checkRule(lie), lie.name);
});

test('rules are unique by name and their heads name operations with the right number of operands', () => {
  assert.equal(new Set(rules.map(({name}) => name)).size, rules.length);
  for (const {head} of rules) assert.equal(head.length - 1, ARITY[headOp(head[0]).op], opNames[headOp(head[0]).op]!);
});

test('the analyses of a pass context are ready for any function', () => {
  const instance = instanceOf(['iadd', 'x', 'y'], [I32, I32], [])!;
  const cfg = new Cfg().compute(instance.f);
  assert.equal(cfg.blockCount, 1);
  assert.equal(new Dominators().compute(instance.f, cfg).idom(ENTRY), NONE);
  assert.equal(new Loops().compute(instance.f, cfg).loopCount, 0);
});
