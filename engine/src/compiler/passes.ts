/**
 * The pass table: what runs between translation and lowering, why, and what must come before what. Each pass keeps
 * everything that verify.ts lists; each may be left out. Order, switches, timing and checks are in one place: `run`.
 */
import {assert} from '#engine/base/assert.ts';
import {Cfg} from './analysis/cfg.ts';
import {Dominators} from './analysis/dominators.ts';
import {Loops} from './analysis/loops.ts';
import type {Fuel} from './fuel.ts';
import type {Func} from './ir/func.ts';
import {verify} from './ir/verify.ts';
import {simplifyAddresses} from './opt/addresses.ts';
import {dropCheckedBounds} from './opt/bounds.ts';
import {joinBlocks, simplifyBranches} from './opt/branches.ts';
import {removeDeadCode} from './opt/dce.ts';
import {numberValues} from './opt/gvn.ts';
import {type Callees, inlineCalls} from './opt/inline.ts';
import {decideConditions} from './opt/known.ts';
import {hoistInvariants} from './opt/licm.ts';
import {compareNext} from './opt/loop-tests.ts';
import {dropRedundantParams} from './opt/params.ts';
import {simplify} from './opt/rewrite.ts';
import type {Timer} from './timer.ts';

/** What passes share: fuel, and analyses whose memory is reused. A pass computes the ones that it needs. */
export interface PassContext {
  readonly fuel: Fuel;
  readonly cfg: Cfg;
  readonly dominators: Dominators;
  readonly loops: Loops;
  /** Functions that may be inlined; null: none. */
  readonly callees: Callees | null;
  /** Whether the machine's accesses add base, index and offset. */
  readonly addsIndexAndOffset: boolean;
}

export interface Pass {
  readonly name: string;
  readonly run: (f: Func, context: PassContext) => void;
  readonly why: string;
  /** Runs at -O0 too. */
  readonly always?: true;
}

// biome-ignore format: one pass a line
export const passes: readonly Pass[] = [
  {name: 'params', run: dropRedundantParams, why: 'the last step of SSA construction', always: true},
  {name: 'inline', run: inlineCalls, why: 'what small functions do is seen where they are called'},
  {name: 'simplify', run: simplify, why: 'folded and canonical values for the rest'},
  {name: 'branches', run: simplifyBranches, why: 'fewer and longer blocks'},
  {name: 'params-again', run: dropRedundantParams, why: 'joins that lost ways in have redundant parameters'},
  {name: 'join', run: joinBlocks, why: 'longer blocks know more of the state of memory'},
  {name: 'gvn', run: numberValues, why: 'share equal values and loads'},
  {name: 'bounds', run: dropCheckedBounds, why: 'a check that was made need not be made again'},
  {name: 'known', run: decideConditions, why: 'what was checked on the way here need not be checked again'},
  {name: 'simplify-again', run: simplify, why: 'sharing and forwarding made new matches'},
  {name: 'loop-tests', run: compareNext, why: 'a counter and its next value share a register'},
  {name: 'addresses', run: simplifyAddresses, why: 'fewer sums for accesses near each other, fewer probes of stores'},
  {name: 'licm', run: hoistInvariants, why: 'compute once what a loop does not change'},
  {name: 'dce', run: removeDeadCode, why: 'lowering should not see what nobody uses'},
];

/** `[a, b, reason]`: a runs before b. Checked at load. */
export const order: readonly (readonly [string, string, string])[] = [
  ['inline', 'simplify', 'arguments are operands of what the callee does'],
  ['params', 'simplify', 'redundant parameters hide what rules would match'],
  ['simplify', 'branches', 'branches test constants that folding makes'],
  ['params-again', 'join', 'a block with parameters cannot be joined'],
  ['gvn', 'bounds', 'equal addresses are one value'],
  ['gvn', 'known', 'equal conditions are one value'],
  ['known', 'simplify-again', 'decided conditions are constants'],
  ['simplify-again', 'loop-tests', 'rules prefer the comparison without the sum'],
  ['gvn', 'addresses', 'equal addresses are one value'],
  ['addresses', 'licm', 'sums of addresses that a loop does not change are computed once'],
  ['gvn', 'licm', 'equal values are hoisted once'],
  ['gvn', 'simplify-again', 'forwarded loads are operands of rules'],
  ['simplify-again', 'dce', 'replaced operands become dead'],
];

for (const [a, b] of order) {
  const [first, second] = [a, b].map((name) => passes.findIndex((pass) => pass.name === name)) as [number, number];
  assert(first >= 0 && first < second, `pass ${a} must come before ${b}`);
}

/** Runs the passes of a level over one function after the other. */
export class Optimizer {
  readonly #context: PassContext;
  readonly #check: boolean;
  readonly #timer: Timer;

  constructor(
    fuel: Fuel,
    check: boolean,
    timer: Timer,
    {callees = null, addsIndexAndOffset = true}: Partial<Pick<PassContext, 'callees' | 'addsIndexAndOffset'>> = {},
  ) {
    const analyses = {cfg: new Cfg(), dominators: new Dominators(), loops: new Loops()};
    this.#context = {fuel, ...analyses, callees, addsIndexAndOffset};
    this.#check = check;
    this.#timer = timer;
  }

  /** Runs one pass alone. */
  runPass(f: Func, name: string): void {
    const pass = passes.find((candidate) => candidate.name === name);
    assert(pass !== undefined, `no pass ${name}`);
    pass.run(f, this.#context);
    if (this.#check) verify(f, name);
  }

  /** `after` sees the function after each pass; `stop` ends behind the pass of that name. */
  run(f: Func, level: 0 | 2, after?: (pass: string) => void, stop?: string): void {
    for (const pass of passes) {
      if (level === 0 && pass.always !== true) continue;
      if (pass.always !== true && !this.#context.fuel.allowsPass(pass.name)) continue;
      this.#timer.measure(pass.name, () => pass.run(f, this.#context));
      if (this.#check) verify(f, pass.name);
      after?.(pass.name);
      if (pass.name === stop) return;
    }
  }
}
