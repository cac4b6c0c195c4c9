/**
 * Smaller cases, the boldest first: fewer calls, nothing unused, fewer exports and segments, functions without code, host
 * functions without actions, simpler types, then less code in bodies. Every candidate is valid and strictly smaller; what
 * makes it interesting is the caller's business.
 */
import {Invalid, Malformed} from '#engine/base/errors.ts';
import {decode} from '#engine/binary/decode.ts';
import {encode} from '#engine/binary/encode.ts';
import {expressionOf, type Instruction} from '#engine/binary/instructions.ts';
import {EffectFinder} from '#engine/valid/effects.ts';
import {validate} from '#engine/valid/module.ts';
import {supported} from '#engine/wasm/features.ts';
import {type Body, funcTypeAt, type Module} from '#engine/wasm/module.ts';
import type {ValueType} from '#engine/wasm/types.ts';
import type {Case} from './case.ts';
import {pruned} from './prune.ts';
import {instructionsOf} from './renumber.ts';
import {valuesOf, withLessStructure, withoutSpans, withoutUnusedLocals} from './shrink-body.ts';
import {simplerTypes} from './shrink-types.ts';
import {findSpans} from './spans.ts';

/** Ways to make one module smaller, the boldest first; candidates may be invalid or no smaller. */
const steps: readonly ((module: Module, testCase: Case, k: number) => Iterable<Module>)[] = [
  (module) => [pruned(module)],
  fewerExports,
  emptyBodies,
  fewerSegments,
  simplerTypes,
  smallerBodies,
];

/** Candidates that are smaller than the case. */
export function* shrinkCase(testCase: Case): IterableIterator<Case> {
  yield* fewerCalls(testCase);
  const modules = testCase.modules.map((bytes) => plainModule(bytes));
  yield* quietHost(testCase);
  for (const step of steps) {
    for (const [k, module] of modules.entries()) yield* withModule(testCase, k, step(module, testCase, k));
  }
}

/** The module without its writer's choices of form. */
function plainModule(bytes: Uint8Array): Module {
  const {encoding: _, ...module} = decode(bytes);
  return module;
}

function* fewerCalls(testCase: Case): IterableIterator<Case> {
  const {calls} = testCase;
  for (let size = calls.length >> 1; size > 0; size >>= 1) {
    for (let at = 0; at < calls.length; at += size) {
      yield {...testCase, calls: [...calls.slice(0, at), ...calls.slice(at + size)]};
    }
  }
}

/** The case with module `k` replaced by each of the modules that is valid and smaller. */
function* withModule(testCase: Case, k: number, candidates: Iterable<Module>): IterableIterator<Case> {
  const old = testCase.modules[k]!;
  for (const module of candidates) {
    if (!isValid(module)) continue;
    const bytes = encode(module);
    if (bytes.length < old.length) yield {...testCase, modules: testCase.modules.with(k, bytes)};
  }
}

function isValid(module: Module): boolean {
  try {
    validate(module, supported);
    return true;
  } catch (error) {
    if (error instanceof Invalid || error instanceof Malformed) return false;
    throw error;
  }
}

function* quietHost(testCase: Case): IterableIterator<Case> {
  const {host} = testCase;
  for (const [k, item] of host.functions.entries()) {
    for (const at of item.actions.keys()) {
      const functions = host.functions.with(k, {...item, actions: item.actions.toSpliced(at, 1)});
      yield {...testCase, host: {...host, functions}};
    }
  }
}

/** Exports that nobody asks for, all at once and one by one. */
function* fewerExports(module: Module, testCase: Case, k: number): IterableIterator<Module> {
  const wanted = wantedExports(testCase, k);
  const exports = module.exports.filter(({name}) => wanted.has(name));
  if (exports.length === module.exports.length) return;
  yield pruned({...module, exports});
  for (const [at, {name}] of module.exports.entries())
    if (!wanted.has(name)) yield pruned({...module, exports: module.exports.toSpliced(at, 1)});
}

/** Exports that are called, that the host uses by name, or that later modules import. */
function wantedExports({calls, host, modules}: Case, k: number): Set<string> {
  const called = calls.flatMap(({module, name}) => (module === k ? [name] : []));
  const later = modules.slice(k + 1).flatMap((bytes) => decode(bytes).imports);
  const imported = later.flatMap(({module, name}) => (module === `m${k}` ? [name] : []));
  const byHost = host.functions.flatMap(({actions}) =>
    actions.flatMap((action) => ('name' in action ? [action.name] : [])),
  );
  return new Set([...called, ...imported, ...byHost]);
}

const withBody = (module: Module, k: number, body: Partial<Body>): Module => ({
  ...module,
  bodies: module.bodies.with(k, {...module.bodies[k]!, ...body}),
});

/** Each function without code: its results are constants. */
function* emptyBodies(module: Module): IterableIterator<Module> {
  for (const k of module.bodies.keys()) {
    const {results} = funcTypeAt(module, module.functions[k]!);
    const code = results.flatMap((type) => valuesOf(type, module).at(-1) ?? []);
    yield pruned(withBody(module, k, {locals: [], code: expressionOf(code)}));
  }
}

/** The module without its start function, or without one segment's content. */
function* fewerSegments(module: Module): IterableIterator<Module> {
  if (module.start !== null) yield pruned({...module, start: null});
  const {elements, data} = module;
  for (const [k, segment] of elements.entries()) {
    const nothing = {
      functions: {kind: 'functions', functions: []},
      expressions: {kind: 'expressions', expressions: []},
    } as const;
    yield {...module, elements: elements.with(k, {...segment, items: nothing[segment.items.kind]})};
  }
  for (const k of data.keys()) yield {...module, data: data.with(k, {...data[k]!, bytes: new Uint8Array(0)})};
}

function* smallerBodies(module: Module): IterableIterator<Module> {
  const finder = new EffectFinder(module, supported);
  for (const [k, body] of module.bodies.entries()) {
    const {params} = funcTypeAt(module, module.functions[k]!);
    const list = instructionsOf(body.code);
    const withCode = (code: readonly Instruction[]): Module => withBody(module, k, {code: expressionOf(code)});
    const less = withoutUnusedLocals(list, params.length, localsOf(params, body));
    if (less !== null) yield withBody(module, k, {locals: less.locals, code: expressionOf(less.list)});
    for (const code of withoutSpans(module, list, findSpans(list, finder.effectsOf(k)))) yield withCode(code);
    for (const code of withLessStructure(list)) yield withCode(code);
  }
}

const localsOf = (params: readonly ValueType[], {locals}: Body): ValueType[] => [
  ...params,
  ...locals.flatMap(({count, type}) => new Array<ValueType>(count).fill(type)),
];
