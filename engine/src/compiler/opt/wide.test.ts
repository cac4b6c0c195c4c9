import {strict as assert} from 'node:assert';
import {test} from 'node:test';
import fc from 'fast-check';
import {Cfg} from '../analysis/cfg.ts';
import {Dominators} from '../analysis/dominators.ts';
import {Loops} from '../analysis/loops.ts';
import {Fuel} from '../fuel.ts';
import {type Bits, evaluateFunc} from '../ir/eval.ts';
import {ENTRY, Func, NONE, type Value} from '../ir/func.ts';
import {HAS_LIST, Ir} from '../ir/ops.ts';
import {I32, I64, Signatures, type Type} from '../ir/types.ts';
import {verify} from '../ir/verify.ts';
import {simplify} from './rewrite.ts';
import {simplifyWide, type WideRule, wideRules} from './wide.ts';

const edge = fc.constantFrom(0n, 1n, -1n, 2n, 1n << 62n, -(1n << 63n), (1n << 63n) - 1n, 0xffffffffn);
const anyBits = fc.oneof(edge, fc.bigInt({min: -(1n << 63n), max: (1n << 63n) - 1n}));
/** For 'k': powers of two, which the rules want, and others. */
const multiplier = fc.oneof(
  fc.integer({min: 0, max: 63}).map((n) => BigInt.asIntN(64, 1n << BigInt(n))),
  anyBits,
);

/** A function of the head's variables, i64 each, that returns both halves of the head. */
function instance(rule: WideRule, k: bigint, isReversed: boolean): {f: Func; root: Value} {
  const f = new Func();
  const signatures = new Signatures();
  const params: Type[] = [I64, I64, I64, I64, I64];
  f.clear(0, signatures.intern(params, [I64, I64]), signatures);
  f.addBlock();
  const variables = params.map((type) => f.addParam(ENTRY, type)).slice(1);
  const emit = (v: Value): Value => f.append(ENTRY, v);
  const operands = rule.head.map((pattern, i): Value => {
    if (typeof pattern === 'number') return emit(f.add64(I64, BigInt(pattern)));
    if (pattern === 'k') return emit(f.add64(I64, k));
    if (pattern !== 'extend_s' && pattern !== 'extend_u') return variables[i]!;
    return emit(f.add(Ir[pattern], I64, emit(f.add(Ir.wrap, I32, variables[i]!))));
  });
  const op = Ir[rule.op];
  if (isReversed && HAS_LIST[op] === 0) operands.reverse();
  f.beginList();
  for (const operand of operands) f.pushList(operand);
  const root = emit(HAS_LIST[op] === 1 ? f.addList(op, I64) : f.add(op, I64, operands[0], operands[1]));
  const high = emit(f.add(Ir.result, I64, root, NONE, NONE, 1));
  f.beginList();
  f.pushList(root);
  f.pushList(high);
  emit(f.addList(Ir.return, 0 as Type));
  verify(f, 'building');
  return {f, root};
}

const context = () => ({
  fuel: new Fuel(),
  cfg: new Cfg(),
  dominators: new Dominators(),
  loops: new Loops(),
  callees: null,
  addsIndexAndOffset: true,
});
const args = fc.tuple(anyBits, anyBits, anyBits, anyBits).map((values): Bits[] => [0n, ...values]);

/** Says whether the rule ever matched; throws where both sides differ. */
function keepsMeaning(rule: WideRule): boolean {
  let matched = false;
  fc.assert(
    fc.property(args, multiplier, fc.boolean(), (values, k, isReversed) => {
      const {f, root} = instance(rule, k, isReversed);
      const expected = evaluateFunc(f, values);
      const halves = simplifyWide(f, root, new Fuel(), [rule]);
      if (halves === null) return;
      matched = true;
      const end = f.last(ENTRY);
      f.setOperand(end, 0, halves[0]);
      f.setOperand(end, 1, halves[1]);
      verify(f, 'rule');
      assert.deepEqual(evaluateFunc(f, values), expected);
    }),
    {seed: 1, numRuns: 400},
  );
  return matched;
}

for (const rule of wideRules) {
  test(`${rule.op} ${rule.head.join(' ')}: both sides mean the same`, () => {
    assert.ok(keepsMeaning(rule), 'the rule never matched');
  });
}

test('a rule that is wrong is noticed', () => {
  const wrong: WideRule = {...wideRules[0]!, to: (_m, [x, y]) => [x!, y!]};
  assert.throws(() => keepsMeaning(wrong));
});

test('the pass replaces results too, and folds constants', () => {
  for (const rule of wideRules) {
    const {f} = instance({...rule, head: rule.head.map(() => 'k')}, -3n, false);
    const expected = evaluateFunc(f, [0n, 1n, 2n, 3n, 4n]);
    simplify(f, context());
    verify(f, 'simplify');
    assert.equal(f.op(f.operand(f.last(ENTRY), 1)), Ir.const);
    assert.deepEqual(evaluateFunc(f, [0n, 1n, 2n, 3n, 4n]), expected);
  }
});
