/**
 * Indices in instructions, expressions and types: one walk over the immediates of the opcode table serves both to find
 * what code refers to and to give it other numbers.
 */
import {
  type Cast,
  type CatchClause,
  expressionOf,
  type ImmediateValue,
  type Instruction,
  immediatesOf,
  instructions,
  type MemArg,
} from '#engine/binary/instructions.ts';
import type {Immediate} from '#engine/wasm/immediates.ts';
import type {Expression} from '#engine/wasm/module.ts';
import {
  type BlockType,
  type CompositeType,
  concreteHeap,
  type FieldType,
  type HeapType,
  heapOf,
  isConcrete,
  isNullable,
  isRef,
  refType,
  type SubType,
  type ValueType,
} from '#engine/wasm/types.ts';

/** The index spaces of a module, and the locals of a body. */
export type Space = 'type' | 'func' | 'table' | 'memory' | 'global' | 'tag' | 'elem' | 'data' | 'local';

/** The new number of an index; a visitor gives back the old one. */
export type Renumber = (space: Space, index: number) => number;

/** The instruction under other numbers. Labels, fields and counts stay. */
export function renumbered({op, values}: Instruction, to: Renumber): Instruction {
  return {op, values: immediatesOf(op).map((kind, i) => immediate(kind, values[i]!, to))};
}

function immediate(kind: Immediate, value: ImmediateValue, to: Renumber): ImmediateValue {
  switch (kind) {
    case 'func':
    case 'type':
    case 'table':
    case 'memory':
    case 'global':
    case 'local':
    case 'data':
    case 'elem':
    case 'tag':
      return to(kind, value as number);
    case 'memarg':
      return {...(value as MemArg), memory: to('memory', (value as MemArg).memory)};
    case 'block_type':
      return renumberedBlock(value as BlockType, to);
    case 'value_types':
      return (value as readonly ValueType[]).map((type) => renumberedType(type, to));
    case 'heap_type':
      return renumberedHeap(value as HeapType, to);
    case 'cast': {
      const cast = value as Cast;
      return {...cast, source: renumberedHeap(cast.source, to), target: renumberedHeap(cast.target, to)};
    }
    case 'catches':
      return (value as readonly CatchClause[]).map((clause) => ({
        ...clause,
        tag: clause.tag === null ? null : to('tag', clause.tag),
      }));
    case 'label':
    case 'label_table':
    case 'field':
    case 'count':
    case 'i32':
    case 'i64':
    case 'f32':
    case 'f64':
    case 'v128':
    case 'lane':
    case 'lanes':
    case 'zero':
      return value;
    default:
      return kind satisfies never;
  }
}

function renumberedBlock(type: BlockType, to: Renumber): BlockType {
  switch (type.kind) {
    case 'empty':
      return type;
    case 'value':
      return {kind: 'value', type: renumberedType(type.type, to)};
    default:
      return {kind: 'type', index: to('type', type.index)};
  }
}

const renumberedHeap = (heap: HeapType, to: Renumber): HeapType =>
  isConcrete(heap) ? concreteHeap(to('type', heap)) : heap;

export function renumberedType(type: ValueType, to: Renumber): ValueType {
  return isRef(type) ? refType(renumberedHeap(heapOf(type), to), isNullable(type)) : type;
}

export function renumberedSubType({final, supertypes, composite}: SubType, to: Renumber): SubType {
  return {
    final,
    supertypes: supertypes.map((index) => to('type', index)),
    composite: renumberedComposite(composite, to),
  };
}

function renumberedComposite(composite: CompositeType, to: Renumber): CompositeType {
  const list = (types: readonly ValueType[]): ValueType[] => types.map((type) => renumberedType(type, to));
  const field = ({type, mutable}: FieldType): FieldType => ({type: renumberedType(type, to), mutable});
  switch (composite.kind) {
    case 'func':
      return {kind: 'func', params: list(composite.params), results: list(composite.results)};
    case 'struct':
      return {kind: 'struct', fields: composite.fields.map(field)};
    default:
      return {kind: 'array', element: field(composite.element)};
  }
}

/** The instructions of an expression without its last `end`. */
export const instructionsOf = (expression: Expression): Instruction[] => instructions(expression).slice(0, -1);

export function renumberedExpression(expression: Expression, to: Renumber): Expression {
  return expressionOf(instructionsOf(expression).map((item) => renumbered(item, to)));
}
