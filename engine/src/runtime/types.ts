/**
 * Identity of types at run time: a TypeId is the canonical id of wasm/subtyping.ts, the same number for equivalent types
 * of all modules of the process. Types that runtime objects carry (tables, globals, functions) are canonical.
 */
export type TypeId = number;
export {isSubtype as isSubtypeId} from '../wasm/subtyping.ts';
