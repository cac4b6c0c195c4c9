/** Values between the harness and the runner's slots: numbers as bits, references by tag (runtime/layout.ts). */
import {Unsupported} from '#engine/base/errors.ts';
import {bitsOf, type NumericKind, numeric, type WireValue} from '#engine/base/wire-value.ts';
import {externRef, i31Ref, nullRef, refOf} from '#engine/runner/runner.ts';
import {topOf} from '#engine/wasm/subtyping.ts';
import {F32, F64, Heap, heapOf, I32, I64, isRef, V128, type ValueType} from '#engine/wasm/types.ts';

const kinds: Readonly<Record<number, NumericKind>> = {
  [I32]: 'i32',
  [I64]: 'i64',
  [F32]: 'f32',
  [F64]: 'f64',
  [V128]: 'v128',
};

/** Slots that a value of the type takes. */
export const slotCount = (type: ValueType): number => (type === V128 ? 2 : 1);

export const slotsOf = (types: readonly ValueType[]): number => types.reduce((sum, type) => sum + slotCount(type), 0);

/** Indices of the slots that hold references. */
export function refSlots(types: readonly ValueType[]): number[] {
  const result: number[] = [];
  let slot = 0;
  for (const type of types) {
    if (isRef(type)) result.push(slot);
    slot += slotCount(type);
  }
  return result;
}

/** Argument slots of values. */
export function toSlots(values: readonly WireValue[]): bigint[] {
  return values.flatMap((value) => {
    if (value.kind === 'v128') return [value.bits & 0xffffffffffffffffn, value.bits >> 64n];
    if ('bits' in value) return [bitsOf(value)];
    if (value.kind === 'null') return [nullRef];
    if (value.kind === 'extern' || value.kind === 'host') return [externRef(value.id)];
    if (value.kind === 'i31') return [i31Ref(value.value)];
    throw new Unsupported(`argument of kind ${value.kind}`);
  });
}

/** Values of result slots by their types. */
export function fromSlots(types: readonly ValueType[], slots: readonly bigint[]): WireValue[] {
  let slot = 0;
  return types.map((type) => {
    const low = slots[slot]!;
    const high = type === V128 ? slots[slot + 1]! : 0n;
    slot += slotCount(type);
    return toValue(type, low, high);
  });
}

/** Value of one cell: `high` is the upper half of a v128. */
export function toValue(type: ValueType, low: bigint, high: bigint): WireValue {
  const kind = kinds[type];
  if (kind !== undefined) return numeric(kind, low | (high << 64n));
  return refValue(low, isExternRef(type));
}

/** Whether a type is a reference of the extern hierarchy; defined types are in others. */
export function isExternRef(type: ValueType): boolean {
  return isRef(type) && heapOf(type) < 0 && topOf(heapOf(type)) === Heap.extern;
}

/** Value of a reference on the wire, seen as one of the extern hierarchy or of another. */
function refValue(ref: bigint, isExtern: boolean): WireValue {
  const {tag, payload} = refOf(ref);
  switch (tag) {
    case 'null':
      return {kind: 'null'};
    case 'extern':
      return {kind: isExtern ? 'extern' : 'host', id: payload};
    case 'i31':
      return isExtern ? {kind: 'externref'} : {kind: 'i31', value: (payload << 1) >> 1};
    case 'exn':
      return {kind: 'exn'};
    case 'func':
    case 'struct':
    case 'array':
      return {kind: isExtern ? 'externref' : tag};
    default:
      return {kind: 'any'};
  }
}
