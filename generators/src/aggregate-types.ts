/**
 * Structure and array types of a module: chains of sub types, recursive groups, the same group twice (equal types under
 * two indices) and once more with a difference (another type that looks alike). They stand before the function types.
 */
import {
  concreteHeap,
  F32,
  F64,
  type FieldType,
  FUNCREF,
  I8,
  I16,
  I32,
  I64,
  isPacked,
  type RecGroup,
  refType,
  type SubType,
  V128,
  type ValueType,
} from '#engine/wasm/types.ts';
import type {Rng} from './random.ts';
import type {Swarm} from './swarm.ts';

/** Types of a module, by type index. */
export interface AggregateTypes {
  readonly types: readonly SubType[];
  readonly groups: readonly RecGroup[];
}

export const noAggregates: AggregateTypes = {types: [], groups: []};

/** What a field gives when it is read: packed ones give i32. */
export const unpacked = (type: ValueType): ValueType => (isPacked(type) ? I32 : type);

/** Fields of a structure, or the element of an array. */
export function fieldsOf({composite}: SubType): readonly FieldType[] {
  if (composite.kind === 'struct') return composite.fields;
  return composite.kind === 'array' ? [composite.element] : [];
}

export const nullable = (typeIndex: number): ValueType => refType(concreteHeap(typeIndex), true);
export const nonNullable = (typeIndex: number): ValueType => refType(concreteHeap(typeIndex), false);

/** Draws the types; most fields can be written. */
export function drawAggregates(rng: Rng, {features}: Pick<Swarm, 'features'>): AggregateTypes {
  if (!features.has('gc')) return noAggregates;
  const drawing = new Drawing(rng, features.has('simd') ? [...scalars, V128] : scalars);
  drawing.chain(rng.between(2, 4));
  for (let i = rng.between(1, 3); i > 0; i--) drawing.array();
  drawing.list();
  if (rng.oneIn(2)) drawing.functions();
  if (rng.oneIn(2)) drawing.chain(2);
  return drawing;
}

const scalars: readonly ValueType[] = [I32, I64, F32, F64, I8, I16, I32, I64];

class Drawing implements AggregateTypes {
  readonly types: SubType[] = [];
  readonly groups: RecGroup[] = [];
  readonly #rng: Rng;
  readonly #scalars: readonly ValueType[];

  constructor(rng: Rng, of: readonly ValueType[]) {
    this.#rng = rng;
    this.#scalars = of;
  }

  #group(types: readonly SubType[]): void {
    this.groups.push({start: this.types.length, length: types.length});
    this.types.push(...types);
  }

  #field(): FieldType {
    return {type: this.#rng.pick(this.#scalars), mutable: !this.#rng.oneIn(5)};
  }

  /** Structures, each a sub type of the one before with more fields; the last one may be final. */
  chain(depth: number): void {
    let fields = [this.#field(), this.#field()];
    for (let i = 0; i < depth; i++) {
      const supertypes = i === 0 ? [] : [this.types.length - 1];
      const final = i === depth - 1 && this.#rng.oneIn(2);
      this.#group([{final, supertypes, composite: {kind: 'struct', fields}}]);
      fields = [...fields, this.#field()];
    }
  }

  array(): void {
    const element: FieldType = {type: this.#rng.pick(this.#scalars), mutable: !this.#rng.oneIn(6)};
    this.#group([{final: this.#rng.oneIn(2), supertypes: [], composite: {kind: 'array', element}}]);
  }

  /** A recursive group: nodes of a list and arrays of nodes; then the same group again, or nearly. */
  list(): void {
    const value = this.#field();
    const final = this.#rng.oneIn(2);
    const group = (isFinal: boolean): SubType[] => {
      const [node, nodes] = [this.types.length, this.types.length + 1];
      const field = (type: ValueType): FieldType => ({type, mutable: true});
      return [
        {
          final: isFinal,
          supertypes: [],
          composite: {kind: 'struct', fields: [value, field(nullable(node)), field(nullable(nodes))]},
        },
        {final: isFinal, supertypes: [], composite: {kind: 'array', element: field(nullable(node))}},
      ];
    };
    this.#group(group(final));
    if (this.#rng.oneIn(2)) this.#group(group(final));
    if (this.#rng.oneIn(2)) this.#group(group(!final));
  }

  /** Functions in an array, which element segments can fill. */
  functions(): void {
    const element: FieldType = {type: FUNCREF, mutable: true};
    this.#group([{final: true, supertypes: [], composite: {kind: 'array', element}}]);
  }
}

/** Whether one type is the other or below it, as declared. */
export function isBelow(types: readonly SubType[], sub: number, sup: number): boolean {
  for (let at: number | undefined = sub; at !== undefined; at = types[at]!.supertypes[0]) if (at === sup) return true;
  return false;
}
