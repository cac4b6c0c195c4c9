/** Globals: the fuel, one sink per number type, and a few that bodies read and write. All are exported. */

import {Op} from '#engine/wasm/opcodes.ts';
import {F32, F64, heapOf, I32, I64, isRef, V128, type ValueType} from '#engine/wasm/types.ts';
import type {Code} from './code.ts';
import {constantExpression, type ModuleBuilder} from './module.ts';
import {drawValue} from './values.ts';

const words = new Int32Array(4);

/** Initial value of a global: any constant, null for references. */
function initial(m: ModuleBuilder, type: ValueType): Uint8Array {
  if (isRef(type)) return constantExpression((code) => code.refNull(heapOf(type)));
  drawValue(m.rng, type, words);
  const isExtended = m.swarm.features.has('extended-const') && (type === I32 || type === I64) && m.rng.oneIn(2);
  return constantExpression((code) => {
    code.constant(type, words);
    if (isExtended) extend(m, code, type);
  });
}

/** Two more constants and two operators: a constant expression of extended-const. */
function extend({rng}: ModuleBuilder, code: Code, type: ValueType): void {
  const ops =
    type === I32 ? [Op['i32.add'], Op['i32.sub'], Op['i32.mul']] : [Op['i64.add'], Op['i64.sub'], Op['i64.mul']];
  for (let i = 0; i < 2; i++) {
    drawValue(rng, type, words);
    code.constant(type, words).op(rng.pick(ops));
  }
}

export function drawGlobals(m: ModuleBuilder): void {
  const {rng, swarm} = m;
  m.addGlobal({type: I32, mutable: true, init: constantExpression((code) => code.i32(8))});
  const sinks = swarm.features.has('simd') ? [I32, I64, F32, F64, V128] : [I32, I64, F32, F64];
  for (const type of sinks) m.addGlobal({type, mutable: true, init: initial(m, type)});
  for (let i = rng.below(4); i > 0; i--) {
    const type = rng.pick(swarm.anyTypes);
    m.addGlobal({type, mutable: rng.percent(75), init: initial(m, type)});
  }
}
