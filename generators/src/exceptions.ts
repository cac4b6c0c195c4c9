/**
 * Exceptions: tags, throws under rare conditions, and try_table blocks that catch what their body, or what it calls, throws.
 * A handler stands in blocks around the try_table, which its clauses branch to:
 *
 *   (block (result t) (block (result payload exnref?) (try_table (result t) clauses body) br 1) handler value)
 */
import {Op} from '#engine/wasm/opcodes.ts';
import {EXNREF, I32, isRef, type ValueType} from '#engine/wasm/types.ts';
import {type Body, blockLabel, type Label} from './body.ts';
import {rareCondition} from './control.ts';
import type {ModuleBuilder} from './module.ts';
import {drawTypeList} from './types.ts';

const {block: BLOCK, br: BR, if: IF, try_table: TRY_TABLE, throw: THROW, throw_ref: THROW_REF} = Op;
/** Kinds of clauses as the binary format numbers them (spec section 5.4.1). */
const Clause = {catch: 0, catchRef: 1, catchAll: 2, catchAllRef: 3} as const;
const clauseKinds = Object.values(Clause);
const hasReference = (kind: number): boolean => kind === Clause.catchRef || kind === Clause.catchAllRef;
const namesTag = (kind: number): boolean => kind < Clause.catchAll;

export interface TagPlan {
  readonly typeIndex: number;
  readonly params: readonly ValueType[];
}

/** A few tags, some of one type. */
export function drawTags(m: ModuleBuilder): void {
  const {rng, swarm} = m;
  if (!swarm.features.has('exceptions')) return;
  for (let i = rng.between(m.tags.length === 0 ? 1 : 0, 4); i > 0; i--) {
    const same = m.tags.length > 0 && rng.oneIn(4) ? rng.pick(m.tags).params : null;
    const params = same ?? drawTypeList(rng, swarm.numberTypes, 0, rng.oneIn(6) ? 8 : 3);
    m.tags.push({typeIndex: m.types.index(params, []), params});
  }
}

/** A label that statements do not branch to: what it takes are payloads. */
const shut: Label = {types: [], counter: -1, isLoop: true};

/** Throws under a condition that seldom holds, in a try more often. */
export function throwStatement(b: Body, depth: number): boolean {
  if (b.m.tags.length === 0) return false;
  rareCondition(b, depth - 1);
  b.open(IF, [], [], blockLabel([]));
  throwOne(b, depth);
  b.close();
  return true;
}

function throwOne(b: Body, depth: number): void {
  const index = b.rng.below(b.m.tags.length);
  for (const type of b.m.tags[index]!.params) b.expression(type, Math.min(depth - 1, 1));
  b.code.index(THROW, index);
}

/** A value out of a try_table: of its body, or of the handler. */
export function catchValue(b: Body, type: ValueType, depth: number): boolean {
  const {m, rng} = b;
  if (isRef(type) || m.tags.length === 0) return false;
  const kind = rng.pick(clauseKinds);
  const tag = rng.below(m.tags.length);
  const payload = namesTag(kind) ? m.tags[tag]!.params : [];
  const caught = hasReference(kind) ? [...payload, EXNREF] : payload;
  b.open(BLOCK, [], [type], shut);
  b.open(BLOCK, [], caught, shut);
  openTry(b, type, kind, tag, depth);
  b.code.index(BR, 1);
  b.close();
  handle(b, payload, hasReference(kind), depth);
  b.expression(type, Math.min(depth - 1, 2));
  b.close();
  return true;
}

/** The try_table, whose first clause leads to the block around it; others lead there too where they bring the same. */
function openTry(b: Body, type: ValueType, kind: number, tag: number, depth: number): void {
  const {code, m, rng} = b;
  const alike = m.tags.flatMap(({typeIndex}, index) => (typeIndex === m.tags[tag]!.typeIndex ? [index] : []));
  const clauses = namesTag(kind) ? rng.shuffle([...alike]).slice(0, rng.between(1, 2)) : [tag];
  b.open(TRY_TABLE, [], [type], blockLabel([type]));
  code.u32(clauses.length);
  for (const index of clauses) {
    code.u8(kind);
    if (namesTag(kind)) code.u32(index);
    code.u32(0);
  }
  b.statements(rng.below(3), depth - 1);
  if (rng.oneIn(2)) throwStatement(b, depth - 1);
  if (rng.oneIn(6)) throwOne(b, depth - 1);
  else b.expression(type, depth - 1);
  b.close();
}

/** Takes payload and reference off the stack; the reference may be thrown again, and caught at once. */
function handle(b: Body, payload: readonly ValueType[], hasExnref: boolean, depth: number): void {
  const {code, rng} = b;
  const exnref = hasExnref ? b.addReserved(EXNREF) : -1;
  if (hasExnref) code.set(exnref);
  for (const type of payload.toReversed()) b.dispose(type);
  if (hasExnref && rng.oneIn(2)) throwAgain(b, exnref, depth);
}

function throwAgain(b: Body, exnref: number, depth: number): void {
  const {code, rng} = b;
  if (rng.oneIn(3)) {
    rareCondition(b, depth - 1);
    b.open(IF, [], [], blockLabel([]));
    code.get(exnref).op(THROW_REF);
    b.close();
    return;
  }
  b.open(BLOCK, [], [], shut);
  b.open(TRY_TABLE, [], [], shut);
  code.u32(1);
  code.u8(Clause.catchAll);
  code.u32(0);
  code.get(exnref).op(THROW_REF);
  b.close();
  b.close();
}

/** A try_table of which the value goes somewhere. */
export function catchStatement(b: Body, depth: number): boolean {
  const type = b.rng.oneIn(2) ? I32 : b.rng.pick(b.swarm.numberTypes);
  if (!catchValue(b, type, depth)) return false;
  b.dispose(type);
  return true;
}
