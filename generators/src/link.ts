/**
 * Linking: a module imports functions, memory, globals, tables and tags of the module before it. Index spaces then begin with
 * what is imported, in the order of the exporting module, so the fuel is one global for both.
 */
import {concreteHeap, isNullable, refType} from '#engine/wasm/types.ts';
import {drawPlan} from './memory.ts';
import type {FunctionPlan, ModuleBuilder} from './module.ts';

/** Imports everything but functions from `first`. Host imports of `m` come before or after, functions of `m` after. */
export function linkTo(m: ModuleBuilder, first: ModuleBuilder): void {
  m.before = first;
  m.memories.push(...first.memories);
  m.imported.memories = first.memories.length;
  if (first.memories.length > 0 && m.swarm.features.has('multi-memory') && m.rng.oneIn(2)) m.memories.push(drawPlan(m));
  m.imported.globals = first.globals.length;
  m.imported.tables = first.tables.length;
  for (const plan of first.globals) m.addGlobal(plan);
  for (const table of first.tables) {
    m.tables.push({...table, runs: table.runs.map((run) => ({...run, plan: retyped(m, run.plan)}))});
  }
  m.imported.typedTables = first.typedTables.length;
  for (const {type, plan, init} of first.typedTables) {
    const own = retyped(m, plan);
    const element = refType(concreteHeap(own.typeIndex), isNullable(type.element));
    m.typedTables.push({type: {...type, element}, plan: own, segment: -1, init});
  }
  m.imported.tags = first.tags.length;
  for (const {params} of first.tags) m.tags.push({typeIndex: m.types.index(params, []), params});
}

/** The plan with the type index that its type has in `m`. */
function retyped<T extends FunctionPlan>(m: ModuleBuilder, plan: T): T {
  return {...plan, typeIndex: m.types.index(plan.params, plan.results)};
}

/** Imports functions of the module before, which exports them. All host imports must stand, no function be planned. */
export function linkFunctions(m: ModuleBuilder, plans: readonly FunctionPlan[]): void {
  for (const plan of plans) {
    const name = `p${plan.index}`;
    if (!m.before!.exported.some((item) => item.name === name)) m.before!.exported.push({name, plan});
    const linked = {...retyped(m, plan), name, index: m.importCount};
    m.linked.push(linked);
    m.helpers.push(linked);
  }
}
