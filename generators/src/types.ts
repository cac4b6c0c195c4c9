/**
 * The type section while a module is made: function types are interned, so that equal types are one type index.
 */
import type {FuncType, RecGroup, SubType, ValueType} from '#engine/wasm/types.ts';
import type {Rng} from './random.ts';
import type {Swarm} from './swarm.ts';

export class TypeSection {
  readonly types: FuncType[] = [];
  readonly #byKey = new Map<string, number>();

  /** Type index of a function type. */
  index(params: readonly ValueType[], results: readonly ValueType[]): number {
    const key = `${params.join()}>${results.join()}`;
    const known = this.#byKey.get(key);
    if (known !== undefined) return known;
    this.#byKey.set(key, this.types.length);
    return this.types.push({kind: 'func', params: [...params], results: [...results]}) - 1;
  }

  at(index: number): FuncType {
    return this.types[index]!;
  }

  subTypes(): SubType[] {
    return this.types.map((composite) => ({final: true, supertypes: [], composite}));
  }

  recGroups(): RecGroup[] {
    return this.types.map((_, start) => ({start, length: 1}));
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
