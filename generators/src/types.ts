/**
 * The type section while a module is made: structures and arrays first, then function types, which are interned, so that
 * equal ones are one type index.
 */
import type {FuncType, RecGroup, SubType, ValueType} from '#engine/wasm/types.ts';
import type {AggregateTypes} from './aggregate-types.ts';
import type {Rng} from './random.ts';
import type {Swarm} from './swarm.ts';

export class TypeSection {
  readonly aggregates: AggregateTypes;
  readonly #functions: FuncType[] = [];
  readonly #byKey = new Map<string, number>();

  constructor(aggregates: AggregateTypes) {
    this.aggregates = aggregates;
  }

  /** Type index of a function type. */
  index(params: readonly ValueType[], results: readonly ValueType[]): number {
    const key = `${params.join()}>${results.join()}`;
    const known = this.#byKey.get(key);
    if (known !== undefined) return known;
    const index = this.aggregates.types.length + this.#functions.length;
    this.#byKey.set(key, index);
    this.#functions.push({kind: 'func', params: [...params], results: [...results]});
    return index;
  }

  subTypes(): SubType[] {
    return [
      ...this.aggregates.types,
      ...this.#functions.map((composite): SubType => ({final: true, supertypes: [], composite})),
    ];
  }

  recGroups(): RecGroup[] {
    const first = this.aggregates.types.length;
    return [...this.aggregates.groups, ...this.#functions.map((_, i) => ({start: first + i, length: 1}))];
  }
}

/** A list of types drawn from the swarm. */
export function drawTypeList(rng: Rng, types: readonly ValueType[], low: number, high: number): ValueType[] {
  const list: ValueType[] = [];
  for (let i = rng.between(low, high); i > 0; i--) list.push(rng.pick(types));
  return list;
}

/** Result types: mostly one, and several only with multi-value. */
export function drawResults(rng: Rng, swarm: Swarm, most = 3): ValueType[] {
  const count = swarm.features.has('multi-value') && rng.oneIn(4) ? rng.between(0, most) : 1;
  return drawTypeList(rng, swarm.anyTypes, count, count);
}
