/**
 * The engines by key, one row each. `family`: engines of one family share code and count as one voice in a vote.
 * `trust` breaks ties (higher is believed). `tiers`: whether `-O0`, `-O2` and `--chaos` apply.
 */
export const engineKeys = {
  'interpreter': {family: 'interpreter', trust: 90, tiers: false, title: 'our interpreter, the reference'},
  'aot-x64':     {family: 'aot', trust: 10, tiers: true, title: 'our AOT compiler, x86-64'},
  'aot-arm64':   {family: 'aot', trust: 10, tiers: true, title: 'our AOT compiler, AArch64'},
  'v8':          {family: 'v8', trust: 60, tiers: false, title: 'V8, default tiering, in the worker thread'},
  'v8-liftoff':  {family: 'v8', trust: 60, tiers: false, title: 'V8, baseline tier only, own process'},
  'v8-turbofan': {family: 'v8', trust: 60, tiers: false, title: 'V8, optimizing tier only, own process'},
} as const satisfies Record<string, {family: string; trust: number; tiers: boolean; title: string}>;

export type EngineKey = keyof typeof engineKeys;

/** Key from text, undefined when there is no such engine. */
export function engineKey(text: string): EngineKey | undefined {
  return Object.hasOwn(engineKeys, text) ? (text as EngineKey) : undefined;
}
