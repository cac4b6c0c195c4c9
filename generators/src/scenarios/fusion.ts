/**
 * The fusion frontier (shape S3): pairs and triples of instructions that compilers turn into one, and their near misses:
 * load into operation, shift into address, compare into select, branch and eqz, extension into addition, chains of
 * constants, rotations, bit fields, minima, high products, float round trips. One row per idiom.
 */
import {Op} from '#engine/wasm/opcodes.ts';
import {F32, F64, I32, I64, type ValueType} from '#engine/wasm/types.ts';
import {inMemory0} from '../address.ts';
import type {Body} from '../body.ts';
import {drawInside, drawOutside} from '../environment.ts';
import {addEntry} from '../func.ts';
import {canonicalNan} from '../guard.ts';
import {bytesOf, loadOf, NanShape, storeOf} from '../instruction.ts';
import {addMemory} from '../memory.ts';
import type {ModuleBuilder} from '../module.ts';
import {emit} from '../simple.ts';
import {boundariesOf} from '../values.ts';
import {plain} from './plain.ts';

const O = Op;
/** Parameters: two of each number type, so that idioms can repeat an operand. */
const PARAMS: readonly ValueType[] = [I32, I32, I64, I64, F32, F64];
const X = 0,
  Y = 1,
  L = 2,
  K = 3,
  F = 4,
  D = 5;

export function fusion(m: ModuleBuilder): void {
  if (!m.swarm.hasMemory) return plain(m);
  const {rng} = m;
  drawOutside(m);
  addMemory(m, 1, 1);
  drawInside(m, rng.below(2));
  for (let i = rng.between(2, 4); i > 0; i--) {
    addEntry(m, PARAMS, [I64], {instructions: 250, trips: 4}, (b) => {
      const accumulator = b.addReserved(I64);
      for (let k = rng.between(3, 8); k > 0; k--) {
        b.fold(rng.pick(idioms)(b), accumulator);
        if (rng.oneIn(4)) b.statement(2);
      }
      b.code.get(accumulator);
    });
  }
}

const ZERO = new Int32Array(4);
const sample = <T>(b: Body, ...items: readonly T[]): T => b.rng.pick(items);
const int = (b: Body): number => sample(b, X, Y);
const long = (b: Body): number => sample(b, L, K);
/** A shift count around the width (S2). */
const count32 = (b: Body): number => sample(b, 0, 1, 3, 8, 16, 24, 31, 32, 33, -1);
const count64 = (b: Body): number => sample(b, 0, 1, 8, 31, 32, 33, 56, 63, 64, 65);

const binary32 = ['add', 'sub', 'mul', 'and', 'or', 'xor', 'shl', 'shr_s', 'shr_u', 'rotl', 'rotr'] as const;
const compare32 = ['eq', 'ne', 'lt_s', 'lt_u', 'gt_s', 'gt_u', 'le_s', 'le_u', 'ge_s', 'ge_u'] as const;
const compareF = ['eq', 'ne', 'lt', 'gt', 'le', 'ge'] as const;

function constant32(b: Body, op: number): number {
  return b.rng.pick(boundariesOf(op) ?? [1]);
}

/** A comparison of parameters: integers of either width, floats. */
function compare(b: Body): void {
  const {code, rng} = b;
  switch (rng.below(5)) {
    case 0:
      code
        .get(X)
        .get(Y)
        .op(O[`i32.${rng.pick(compare32)}`]);
      return;
    case 1:
      code
        .get(L)
        .get(K)
        .op(O[`i64.${rng.pick(compare32)}`]);
      return;
    case 2:
      code
        .get(F)
        .get(F)
        .op(O[`f32.${rng.pick(compareF)}`]);
      return;
    case 3:
      code.get(D);
      b.constant(F64);
      code.op(O[`f64.${rng.pick(compareF)}`]);
      return;
    default: {
      const op = O[`i32.${rng.pick(compare32)}`];
      code.get(int(b)).i32(constant32(b, op)).op(op);
    }
  }
}

/** The load of a type from a place that the parameter chooses. */
function load(b: Body, type: ValueType): void {
  b.code
    .get(int(b))
    .i32(sample(b, 0xf8, 0xff, 0x3c))
    .op(O['i32.and']);
  emit(b, loadOf(type), inMemory0(sample(b, 0, 8, 65536 - 256 - bytesOf(type))));
}

/** Each leaves a value of the type that it returns. */
const idioms: readonly ((b: Body) => ValueType)[] = [
  // Loads as operands, on either side.
  (b) => {
    const op = O[`i32.${b.rng.pick(binary32)}`];
    if (b.rng.oneIn(2)) {
      load(b, I32);
      b.code.get(int(b)).op(op);
    } else {
      b.code.get(int(b));
      load(b, I32);
      b.code.op(op);
    }
    return I32;
  },
  (b) => {
    b.code.get(long(b));
    load(b, I64);
    b.code.op(O[`i64.${b.rng.pick(binary32)}`]);
    return I64;
  },
  (b) => {
    b.code.get(F);
    load(b, F32);
    b.code.op(O['f32.copysign']);
    return F32;
  },
  (b) => {
    b.code.get(D);
    load(b, F64);
    b.code.op(sample(b, O['f64.copysign'], O['f64.add'], O['f64.min'], O['f64.mul']));
    canonicalNan(b, NanShape.f64);
    return F64;
  },
  (b) => {
    load(b, I32);
    b.code.op(
      sample(b, O['i32.popcnt'], O['i32.clz'], O['i32.ctz'], O['i32.eqz'], O['i32.extend8_s'], O['i32.extend16_s']),
    );
    return I32;
  },
  (b) => {
    load(b, F64);
    b.code.op(sample(b, O['f64.sqrt'], O['f64.abs'], O['f64.neg'], O['f64.floor'], O['f64.nearest']));
    canonicalNan(b, NanShape.f64);
    return F64;
  },
  // Address arithmetic: scaled index, sum, 32-bit wrap-around.
  (b) => {
    b.code
      .get(int(b))
      .i32(0x1f)
      .op(O['i32.and'])
      .i32(sample(b, 0, 1, 2, 3, 4))
      .op(O['i32.shl'])
      .i32(sample(b, 0, 8, 64))
      .op(O['i32.add']);
    emit(b, sample(b, O['i32.load'], O['i32.load8_s'], O['i32.load16_u']), inMemory0(sample(b, 0, 4)));
    return I32;
  },
  (b) => {
    b.code.get(X).i32(0x3f).op(O['i32.and']).get(Y).i32(0x3f).op(O['i32.and']).i32(2).op(O['i32.shl']).op(O['i32.add']);
    emit(b, O['i64.load'], inMemory0(sample(b, 0, 0x100)));
    return I64;
  },
  (b) => {
    b.code
      .get(int(b))
      .i32(sample(b, 28, 29, 30))
      .op(O['i32.shl'])
      .i32(sample(b, 28, 29))
      .op(O['i32.shr_u']);
    emit(b, O['i32.load'], inMemory0(16));
    return I32;
  },
  // Comparisons into select, branch, eqz and if.
  (b) => {
    b.code.get(long(b)).get(long(b));
    compare(b);
    b.code.op(O.select);
    return I64;
  },
  (b) => {
    b.code.i32(-1).i32(0);
    compare(b);
    b.code.op(O.select).i32(count32(b)).op(O['i32.shr_u']);
    return I32;
  },
  (b) => {
    b.code.get(F);
    b.constant(F32);
    compare(b);
    b.code.op(O.select);
    return F32;
  },
  (b) => {
    compare(b);
    for (let i = b.rng.between(1, 3); i > 0; i--) b.code.op(O['i32.eqz']);
    return I32;
  },
  (b) => {
    b.code.structured(O.block, -1 - I32).get(X);
    compare(b);
    if (b.rng.oneIn(2)) b.code.op(O['i32.eqz']);
    b.code.index(O.br_if, 0).i32(7).op(O['i32.add']).op(O.end);
    return I32;
  },
  (b) => {
    compare(b);
    b.code
      .structured(O.if, -1 - I64)
      .get(L)
      .op(O.else)
      .get(K)
      .i64(1, 0)
      .op(O['i64.add'])
      .op(O.end);
    return I64;
  },
  (b) => {
    compare(b);
    compare(b);
    b.code
      .op(sample(b, O['i32.and'], O['i32.or'], O['i32.xor']))
      .structured(O.if, -1 - I32)
      .get(X)
      .op(O.else)
      .get(Y)
      .op(O.end);
    return I32;
  },
  (b) => {
    b.code
      .get(int(b))
      .i32(sample(b, 1, 0x80, -0x80000000))
      .op(O['i32.and'])
      .op(O['i32.eqz'])
      .structured(O.if, -1 - I32);
    b.code.i32(3).op(O.else).i32(4).op(O.end);
    return I32;
  },
  // Minimum, maximum, absolute value by select.
  (b) => {
    const type = sample(b, 'i32', 'i64');
    const [p, q] = type === 'i32' ? [X, Y] : [L, K];
    const isSwapped = b.rng.oneIn(2);
    b.code
      .get(p)
      .get(q)
      .get(isSwapped ? q : p)
      .get(isSwapped ? p : q)
      .op(O[`${type}.${b.rng.pick(compare32)}`])
      .op(O.select);
    return type === 'i32' ? I32 : I64;
  },
  (b) => {
    b.code
      .get(X)
      .i32(0)
      .get(X)
      .op(O['i32.sub'])
      .get(X)
      .i32(sample(b, 0, 1, -1))
      .op(O['i32.gt_s'])
      .op(O.select);
    return I32;
  },
  (b) => {
    b.code
      .get(F)
      .get(F)
      .op(O['f32.neg'])
      .get(F)
      .constant(F32, ZERO)
      .op(O[`f32.${b.rng.pick(compareF)}`])
      .op(O.select);
    return F32;
  },
  // Extensions into arithmetic.
  (b) => {
    b.code
      .get(int(b))
      .op(sample(b, O['i64.extend_i32_s'], O['i64.extend_i32_u']))
      .get(long(b));
    b.code.op(sample(b, O['i64.add'], O['i64.sub'], O['i64.mul'], O['i64.and'], O['i64.xor']));
    return I64;
  },
  (b) => {
    b.code
      .get(X)
      .op(O['i64.extend_i32_u'])
      .get(Y)
      .op(sample(b, O['i64.extend_i32_u'], O['i64.extend_i32_s']))
      .op(O['i64.mul']);
    b.code.i64(count64(b), 0).op(sample(b, O['i64.shr_u'], O['i64.shr_s']));
    return I64;
  },
  (b) => {
    b.code
      .get(L)
      .get(K)
      .op(sample(b, O['i64.add'], O['i64.mul'], O['i64.shl'], O['i64.or']))
      .op(O['i32.wrap_i64']);
    return I32;
  },
  (b) => {
    b.code
      .get(long(b))
      .op(O['i32.wrap_i64'])
      .op(sample(b, O['i64.extend_i32_s'], O['i64.extend_i32_u']));
    return I64;
  },
  (b) => {
    load(b, I32);
    b.code.op(sample(b, O['i64.extend_i32_s'], O['i64.extend_i32_u']));
    return I64;
  },
  (b) => {
    b.code
      .get(long(b))
      .op(sample(b, O['i64.extend8_s'], O['i64.extend16_s'], O['i64.extend32_s']))
      .i64(count64(b), 0)
      .op(O['i64.shl']);
    return I64;
  },
  // Chains of constants: reassociation at the limits.
  (b) => {
    const op = sample(b, O['i32.add'], O['i32.sub'], O['i32.mul'], O['i32.and'], O['i32.or'], O['i32.xor']);
    const again = b.rng.oneIn(2) ? op : sample(b, O['i32.add'], O['i32.sub'], O['i32.shl']);
    b.code.get(int(b)).i32(constant32(b, op)).op(op).i32(constant32(b, again)).op(again);
    return I32;
  },
  (b) => {
    const op = sample(b, O['i64.add'], O['i64.sub'], O['i64.mul'], O['i64.and']);
    const value = b.rng.pick(boundariesOf(op)!);
    b.code
      .get(long(b))
      .i64(value, value >> 31)
      .op(op)
      .i64(0, -0x80000000)
      .op(sample(b, O['i64.add'], O['i64.sub']));
    return I64;
  },
  (b) => {
    b.code.i32(constant32(b, O['i32.sub'])).get(int(b)).op(O['i32.sub']);
    return I32;
  },
  (b) => {
    b.code
      .get(int(b))
      .i32(count32(b))
      .op(sample(b, O['i32.shl'], O['i32.shr_u'], O['i32.shr_s']))
      .i32(count32(b));
    b.code.op(sample(b, O['i32.shl'], O['i32.shr_u'], O['i32.shr_s']));
    return I32;
  },
  (b) => {
    b.code
      .get(int(b))
      .i32(count32(b))
      .op(sample(b, O['i32.shr_u'], O['i32.shr_s']))
      .i32(sample(b, 1, 0xff, 0xffff, -1))
      .op(O['i32.and']);
    return I32;
  },
  // Rotations from shifts, right and wrong by one.
  (b) => {
    const k = b.rng.below(33);
    b.code
      .get(X)
      .i32(k)
      .op(O['i32.shl'])
      .get(sample(b, X, X, Y))
      .i32(32 - k + b.rng.below(2))
      .op(O['i32.shr_u'])
      .op(sample(b, O['i32.or'], O['i32.xor'], O['i32.add']));
    return I32;
  },
  (b) => {
    b.code.get(L).get(K).op(O['i64.shl']).get(L).i64(64, 0).get(K).op(O['i64.sub']).op(O['i64.shr_u']).op(O['i64.or']);
    return I64;
  },
  // Division by constants, remainder from division.
  (b) => {
    const op = sample(b, O['i32.div_s'], O['i32.div_u'], O['i32.rem_s'], O['i32.rem_u']);
    b.code
      .get(int(b))
      .i32(sample(b, 1, 2, -2, 3, 5, 7, 10, 16, -16, 641, 0x40000000, 0x7fffffff, -0x80000000))
      .op(op);
    return I32;
  },
  (b) => {
    const value = sample(b, 1, 2, -2, 3, 5, 7, 10, 1000, -1000, 0x40000000);
    b.code
      .get(long(b))
      .i64(value, value >> 31)
      .op(sample(b, O['i64.div_s'], O['i64.div_u'], O['i64.rem_s'], O['i64.rem_u']));
    return I64;
  },
  // Boolean algebra on one value.
  (b) => {
    b.code
      .get(X)
      .get(X)
      .op(O[`i32.${b.rng.pick(binary32)}`]);
    return I32;
  },
  (b) => {
    b.code
      .get(X)
      .i32(-1)
      .op(O['i32.xor'])
      .get(Y)
      .op(sample(b, O['i32.and'], O['i32.or']))
      .i32(-1)
      .op(O['i32.xor']);
    return I32;
  },
  (b) => {
    b.code
      .get(X)
      .get(X)
      .i32(1)
      .op(sample(b, O['i32.sub'], O['i32.add']))
      .op(sample(b, O['i32.and'], O['i32.xor'], O['i32.or']));
    return I32;
  },
  // Float round trips.
  (b) => {
    b.code.get(int(b)).op(O['f64.convert_i32_u']).op(O['i32.trunc_f64_u']).op(O['f32.convert_i32_s']);
    return F32;
  },
  (b) => {
    b.code
      .get(long(b))
      .op(sample(b, O['f32.convert_i64_s'], O['f32.convert_i64_u']))
      .op(O['f64.promote_f32']);
    return F64;
  },
  (b) => {
    b.code.get(F).op(O['f64.promote_f32']).get(D).op(O['f64.mul']).op(O['f32.demote_f64']);
    canonicalNan(b, NanShape.f32);
    return F32;
  },
  (b) => {
    b.code
      .get(D)
      .op(O['i64.reinterpret_f64'])
      .i64(-1, 0x7fffffff)
      .op(sample(b, O['i64.and'], O['i64.xor']))
      .op(O['f64.reinterpret_i64']);
    return F64;
  },
  (b) => {
    b.code
      .get(D)
      .get(D)
      .op(sample(b, O['f64.sub'], O['f64.div'], O['f64.add'], O['f64.min']))
      .op(O['f64.neg']);
    canonicalNan(b, NanShape.f64);
    return F64;
  },
  (b) => {
    b.code.get(F);
    b.constant(F32);
    b.code.op(sample(b, O['f32.mul'], O['f32.add'], O['f32.div'], O['f32.sub']));
    b.constant(F32);
    b.code.op(sample(b, O['f32.mul'], O['f32.add'], O['f32.sub'], O['f32.max']));
    canonicalNan(b, NanShape.f32);
    return F32;
  },
  // Stores forwarded to loads of the same bytes, whole or in part.
  (b) => {
    b.code.i32(128).get(long(b)).op(O['i64.store']).memarg(3, 0);
    if (b.rng.oneIn(3)) b.code.get(X).i32(0xff).op(O['i32.and']).get(Y).op(O['i32.store8']).memarg(0, 0);
    b.code.i32(128);
    emit(
      b,
      sample(b, O['i64.load'], O['i64.load32_s'], O['i64.load8_u'], O['i64.load16_s']),
      inMemory0(sample(b, 0, 0, 1, 4)),
    );
    return I64;
  },
  (b) => {
    b.code.i32(132).get(F).op(O['f32.store']).memarg(2, 0);
    b.code.i32(132).op(O['i32.load']).memarg(2, 0);
    return I32;
  },
  (b) => {
    const op = sample(b, O['i32.add'], O['i32.or'], O['i32.sub']);
    b.code.i32(136).i32(136).op(O['i32.load']).memarg(2, 0);
    b.code.get(int(b)).op(op).op(storeOf(I32)).memarg(2, 0);
    b.code.i32(136).op(O['i32.load8_s']).memarg(0, 3);
    return I32;
  },
  // A constant index for br_table.
  (b) => {
    b.code
      .structured(O.block, -1)
      .structured(O.block, -1)
      .i32(sample(b, 0, 1, 2, -1))
      .table([0, 1, 0])
      .op(O.end);
    b.code.get(Y).globalSet(b.m.sinkOf(I32)).op(O.end).get(X);
    return I32;
  },
];
