/** The parts of the WebAssembly JavaScript interface that the adapters use, typed (the `esnext` library has none of it). */
export interface JsModule {
  readonly jsModule: unique symbol;
}
export interface JsMemory {
  readonly buffer: ArrayBufferLike;
  /** Old size in pages; throws RangeError. 64-bit memories take and give bigints. */
  grow(delta: number | bigint): number | bigint;
}
export interface JsTable {
  readonly length: number | bigint;
  get(index: number | bigint): unknown;
}
export interface JsGlobal {
  value: unknown;
}
export type JsFunction = (...args: unknown[]) => unknown;
export type JsExports = Readonly<Record<string, unknown>>;
export interface JsInstance {
  readonly exports: JsExports;
}
type ErrorClass = new (message?: string) => Error;

interface JsApi {
  readonly Module: new (bytes: Uint8Array) => JsModule;
  readonly Instance: new (module: JsModule, imports?: Readonly<Record<string, JsExports>>) => JsInstance;
  readonly Memory: new (type: {initial: number; maximum?: number}) => JsMemory;
  readonly CompileError: ErrorClass;
  readonly LinkError: ErrorClass;
  readonly RuntimeError: ErrorClass;
  readonly Exception: new (...args: never[]) => object;
}

export const JsApi = (globalThis as unknown as {WebAssembly: JsApi}).WebAssembly;
