/**
 * Relaxed SIMD between engines: an engine chooses one of the allowed behaviours per instruction (spec section 4.3.5). They are
 * found by trying each instruction on it, and the interpreter is told to compute the same: then results compare bit by
 * bit, and an engine that keeps to none that is allowed differs.
 */
import {numeric} from '#engine/base/wire-value.ts';
import {CodeReader} from '#engine/binary/code.ts';
import {decode} from '#engine/binary/decode.ts';
import {encode} from '#engine/binary/encode.ts';
import {expressionOf, instruction} from '#engine/binary/instructions.ts';
import {chooseRelaxed} from '#engine/interpreter/interpreter.ts';
import {behaviourOf, type RelaxedProfile, relaxedNames} from '#engine/numeric/relaxed-profile.ts';
import {FEATURE} from '#engine/wasm/columns.ts';
import {supported} from '#engine/wasm/features.ts';
import {emptyModule, type Module} from '#engine/wasm/module.ts';
import {relaxedSimd} from '#engine/wasm/opcodes.ts';
import {V128} from '#engine/wasm/types.ts';
import type {Case} from '#generators/case.ts';
import type {Engine} from './engine.ts';

/** First byte of every vector instruction. */
const VECTOR_PREFIX = 0xfd;

type Relaxed = (typeof relaxedNames)[number];

const operandCount = (name: Relaxed): number => relaxedSimd.rows[name][2].indexOf(':');

/** One exported function per relaxed instruction, vectors to a vector. */
function probeModule(): Module {
  const types = [1, 2, 3].map((count) => ({
    final: true,
    supertypes: [],
    composite: {kind: 'func' as const, params: new Array(count).fill(V128), results: [V128]},
  }));
  return {
    ...emptyModule,
    types,
    recGroups: types.map((_, start) => ({start, length: 1})),
    functions: relaxedNames.map((name) => operandCount(name) - 1),
    exports: relaxedNames.map((name, index) => ({name, kind: 'func', index})),
    bodies: relaxedNames.map((name) => {
      const operands = Array.from({length: operandCount(name)}, (_, index) => instruction('local.get', index));
      return {locals: [], code: expressionOf([...operands, instruction(name)]), offset: 0};
    }),
  };
}

/** Behaviours of an engine; instructions with no allowed behaviour are left out, so that they are compared as deterministic. */
export function relaxedProfileOf(engine: Engine): RelaxedProfile {
  const session = engine.session(supported);
  const made = session.instantiate(session.compile(encode(probeModule())), () => undefined);
  if (made.kind !== 'instance') return {};
  const profile: Partial<Record<Relaxed, number>> = {};
  for (const name of relaxedNames) {
    const behaviour = behaviourOf(name, (...operands) => {
      const outcome = session.invoke(
        made.instance,
        name,
        operands.map((bits) => numeric('v128', bits)),
      );
      const value = outcome.kind === 'return' ? outcome.values[0] : undefined;
      return value !== undefined && 'bits' in value ? value.bits : 0n;
    });
    if (behaviour !== null) profile[name] = behaviour;
  }
  session.close();
  return profile;
}

/** Whether a module of the case has a relaxed instruction. */
export function usesRelaxed({modules}: Case): boolean {
  return modules.some((bytes) => {
    if (!bytes.includes(VECTOR_PREFIX)) return false;
    try {
      return decode(bytes, supported).bodies.some(({code}) => hasRelaxed(new CodeReader(code)));
    } catch {
      // Not a module: the engines say so.
      return false;
    }
  });
}

function hasRelaxed(reader: CodeReader): boolean {
  while (!reader.isAtEnd) {
    reader.next();
    if (FEATURE[reader.op] === 'relaxed-simd') return true;
  }
  return false;
}

/** Engines that chose the same behaviours, and the interpreter. */
export interface RelaxedRound {
  readonly profile: RelaxedProfile;
  readonly engines: readonly Engine[];
}

const profiles = new WeakMap<Engine, RelaxedProfile>();

/** What an engine chose, found out once; nothing for one that has no relaxed instructions. */
export function knownProfileOf(engine: Engine): RelaxedProfile {
  const known = profiles.get(engine);
  if (known !== undefined) return known;
  const found = engine.features.has('relaxed-simd') ? relaxedProfileOf(engine) : {};
  profiles.set(engine, found);
  return found;
}

/** The rounds in which a case is to be judged; null when it has no relaxed instruction, so that one will do. */
export function relaxedRounds(engines: readonly Engine[], testCase: Case): readonly RelaxedRound[] | null {
  if (!usesRelaxed(testCase)) return null;
  const interpreters = engines.filter(({key}) => key === 'interpreter');
  const byProfile = new Map<string, {profile: RelaxedProfile; engines: Engine[]}>();
  for (const engine of engines) {
    if (engine.key === 'interpreter') continue;
    const profile = knownProfileOf(engine);
    const key = relaxedNames.map((name) => profile[name] ?? '').join();
    const round = byProfile.get(key) ?? {profile, engines: [...interpreters]};
    round.engines.push(engine);
    byProfile.set(key, round);
  }
  return byProfile.size === 0 ? [{profile: {}, engines}] : [...byProfile.values()];
}

/** Does something while the interpreter of this thread computes relaxed instructions as the profile says. */
export function whileFollowing<T>(profile: RelaxedProfile, work: () => T): T {
  chooseRelaxed(profile);
  try {
    return work();
  } finally {
    chooseRelaxed({});
  }
}
