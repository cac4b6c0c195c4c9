/**
 * A module without what nothing refers to: types, functions, tables, memories, globals, tags, segments and imports that
 * cannot be reached from exports and the start function. The rest is numbered anew.
 */
import {
  type ElementSegment,
  type Expression,
  type ExternKind,
  type Import,
  type ImportType,
  importsOf,
  type Module,
} from '#engine/wasm/module.ts';
import {
  instructionsOf,
  type Renumber,
  renumbered,
  renumberedExpression,
  renumberedSubType,
  renumberedType,
  type Space,
} from './renumber.ts';

const spaces = ['type', 'func', 'table', 'memory', 'global', 'tag', 'elem', 'data'] as const;
type Used = Readonly<Record<Space, Set<number>>>;

/** Everything that is reached, by index space. */
class Reached {
  readonly used = Object.fromEntries([...spaces, 'local'].map((space) => [space, new Set()])) as unknown as Used;
  readonly #module: Module;
  readonly #imported: Readonly<Record<ExternKind, readonly ImportType[]>>;
  readonly #visit: Renumber = (space, index) => {
    this.mark(space, index);
    return index;
  };

  constructor(module: Module) {
    this.#module = module;
    const kinds = ['func', 'table', 'memory', 'global', 'tag'] as const;
    this.#imported = Object.fromEntries(kinds.map((kind) => [kind, importsOf(module, kind)])) as never;
  }

  mark(space: Space, index: number): void {
    if (this.used[space].has(index)) return;
    this.used[space].add(index);
    this.#visitItem(space, index);
  }

  #visitItem(space: Space, index: number): void {
    const {types, recGroups, elements} = this.#module;
    switch (space) {
      case 'type': {
        const group = recGroups.find(({start, length}) => index >= start && index < start + length)!;
        for (let i = 0; i < group.length; i++) this.mark('type', group.start + i);
        renumberedSubType(types[index]!, this.#visit);
        return;
      }
      case 'elem':
        return this.#visitElements(elements[index]!);
      case 'data':
        return this.#visitMode(this.#module.data[index]!.mode);
      case 'local':
        return;
      default:
        return this.#visitExtern(space, index);
    }
  }

  #visitExtern(space: ExternKind, index: number): void {
    const imported = this.#imported[space];
    if (index < imported.length) importedType(imported[index]!, this.#visit);
    else this.#visitDefined(space, index - imported.length);
    const {elements, data} = this.#module;
    if (space === 'table') this.#markActive('elem', elements, index);
    if (space === 'memory') this.#markActive('data', data, index);
  }

  #markActive(
    space: 'elem' | 'data',
    segments: readonly (ElementSegment | Module['data'][number])[],
    of: number,
  ): void {
    for (const [k, {mode}] of segments.entries()) if (mode.kind === 'active' && mode.index === of) this.mark(space, k);
  }

  #visitDefined(space: ExternKind, at: number): void {
    const {functions, bodies, tables, globals, tags} = this.#module;
    switch (space) {
      case 'func':
        this.mark('type', functions[at]!);
        for (const {type} of bodies[at]!.locals) renumberedType(type, this.#visit);
        return this.#visitCode(bodies[at]!.code);
      case 'table':
        renumberedType(tables[at]!.type.element, this.#visit);
        if (tables[at]!.init !== null) this.#visitCode(tables[at]!.init);
        return;
      case 'global':
        renumberedType(globals[at]!.type.type, this.#visit);
        return this.#visitCode(globals[at]!.init);
      case 'tag':
        return this.mark('type', tags[at]!.type);
      case 'memory':
        return;
    }
  }

  #visitElements({type, items, mode}: ElementSegment): void {
    renumberedType(type, this.#visit);
    this.#visitMode(mode);
    if (items.kind === 'functions') for (const index of items.functions) this.mark('func', index);
    else for (const expression of items.expressions) this.#visitCode(expression);
  }

  #visitMode(mode: ElementSegment['mode']): void {
    if (mode.kind === 'active') this.#visitCode(mode.offset);
  }

  #visitCode(code: Expression): void {
    for (const item of instructionsOf(code)) renumbered(item, this.#visit);
  }
}

function importedType(type: ImportType, to: Renumber): ImportType {
  switch (type.kind) {
    case 'func':
      return {kind: 'func', type: to('type', type.type)};
    case 'tag':
      return {kind: 'tag', tag: {type: to('type', type.tag.type)}};
    case 'table':
      return {kind: 'table', table: {...type.table, element: renumberedType(type.table.element, to)}};
    case 'global':
      return {kind: 'global', global: {...type.global, type: renumberedType(type.global.type, to)}};
    case 'memory':
      return type;
  }
}

/** The module without what is not used, in the same order. Its way of being written is forgotten. */
export function pruned(module: Module): Module {
  const reached = new Reached(module);
  for (const {kind, index} of module.exports) reached.mark(kind, index);
  if (module.start !== null) reached.mark('func', module.start);
  const {used} = reached;
  const places = Object.fromEntries(
    spaces.map((space) => [space, new Map([...used[space]].sort((a, b) => a - b).map((old, k) => [old, k]))]),
  ) as Record<Space, Map<number, number>>;
  const to: Renumber = (space, index) => (space === 'local' ? index : places[space].get(index)!);
  return rebuilt(module, used, to);
}

function rebuilt(module: Module, used: Used, to: Renumber): Module {
  const {imports, isUsed} = usedImports(module, used);
  const expression = (code: Expression): Expression => renumberedExpression(code, to);
  const mode = (old: ElementSegment['mode'], space: Space): ElementSegment['mode'] =>
    old.kind === 'active' ? {kind: 'active', index: to(space, old.index), offset: expression(old.offset)} : old;
  const declared = declarations(module, used);
  const elements = module.elements.filter((_, k) => used.elem.has(k));
  const data = module.data.filter((_, k) => used.data.has(k));
  const isType = (index: number): boolean => used.type.has(index);
  return {
    types: module.types.filter((_, k) => isType(k)).map((type) => renumberedSubType(type, to)),
    recGroups: module.recGroups
      .filter(({start}) => isType(start))
      .map(({start, length}) => ({start: to('type', start), length})),
    imports: imports.map((item) => ({...item, type: importedType(item.type, to)})),
    functions: isUsed('func', module.functions).map((type) => to('type', type)),
    tables: isUsed('table', module.tables).map(({type, init}) => ({
      type: {...type, element: renumberedType(type.element, to)},
      init: init === null ? null : expression(init),
    })),
    memories: isUsed('memory', module.memories),
    tags: isUsed('tag', module.tags).map(({type}) => ({type: to('type', type)})),
    globals: isUsed('global', module.globals).map(({type, init}) => ({
      type: {...type, type: renumberedType(type.type, to)},
      init: expression(init),
    })),
    exports: module.exports.map(({name, kind, index}) => ({name, kind, index: to(kind, index)})),
    start: module.start === null ? null : to('func', module.start),
    elements: [...elements, ...declared].map((segment) => ({
      mode: mode(segment.mode, 'table'),
      type: renumberedType(segment.type, to),
      items:
        segment.items.kind === 'functions'
          ? {kind: 'functions', functions: segment.items.functions.map((index) => to('func', index))}
          : {kind: 'expressions', expressions: segment.items.expressions.map(expression)},
    })),
    dataCount: module.dataCount === null || data.length === 0 ? null : data.length,
    bodies: isUsed('func', module.bodies).map(({locals, code}) => ({
      locals: locals.map(({count, type}) => ({count, type: renumberedType(type, to)})),
      code: expression(code),
      offset: 0,
    })),
    data: data.map((segment) => ({bytes: segment.bytes, mode: mode(segment.mode, 'memory')})),
    customs: module.customs,
  };
}

/** Imports that are used, and a filter for what is defined after the imports of a kind. */
function usedImports(
  module: Module,
  used: Used,
): {imports: Import[]; isUsed: <T>(kind: ExternKind, items: readonly T[]) => T[]} {
  const counts: Record<ExternKind, number> = {func: 0, table: 0, memory: 0, global: 0, tag: 0};
  const imports = module.imports.filter(({type: {kind}}) => used[kind].has(counts[kind]++));
  return {imports, isUsed: (kind, items) => items.filter((_, k) => used[kind].has(counts[kind] + k))};
}

/** Declarative segments not reached by code, as far as they name functions that are used. */
function declarations(module: Module, used: Used): ElementSegment[] {
  return module.elements.flatMap((segment, k): ElementSegment[] => {
    if (segment.mode.kind !== 'declarative' || used.elem.has(k) || segment.items.kind !== 'functions') return [];
    const functions = segment.items.functions.filter((index) => used.func.has(index));
    return functions.length === 0 ? [] : [{...segment, items: {kind: 'functions', functions}}];
  });
}
