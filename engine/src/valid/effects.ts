/**
 * What every instruction of a valid body does to the operand stack and the control stack, as the validator sees it: there
 * is no second list of instructions. For reducers; engines have no need of it.
 */
import type {CodeReader} from '../binary/code.ts';
import {everything} from '../binary/grammar.ts';
import type {FeatureSet} from '../wasm/features.ts';
import {functionTypeIndices, type Module} from '../wasm/module.ts';
import {concreteHeap, heapOf, isConcrete, isNullable, isRef, refType, type ValueType} from '../wasm/types.ts';
import {CodeValidator} from './code.ts';
import {Context} from './context.ts';
import {Stack} from './stack.ts';

/** One instruction; types are those of the module, or the bottom type in unreachable code. */
export interface Effect {
  /** Operands taken off the stack. */
  readonly pops: number;
  /** Whether it took more than there was, in unreachable code. */
  readonly isShort: boolean;
  /** What it left: after `block` its parameters, after `end` the results of the block. */
  readonly pushes: readonly ValueType[];
  /** Open frames afterwards, the function's own included. */
  readonly depth: number;
  /** Operands of the innermost frame and those around it afterwards. */
  readonly height: number;
  /** Whether what follows in the frame is unreachable. */
  readonly isUnreachable: boolean;
}

/** A stack that notices how far down an instruction reaches. */
class WatchedStack extends Stack {
  lowest = 0;
  isShort = false;

  static watched(reader: CodeReader, ids: Int32Array): WatchedStack {
    return new WatchedStack(reader, ids);
  }

  watch(): void {
    this.lowest = this.height;
    this.isShort = false;
  }

  override popOperand(): ValueType {
    if (this.height === this.base) this.isShort = true;
    const type = super.popOperand();
    this.lowest = Math.min(this.lowest, this.height);
    return type;
  }

  override popExpected(expected: ValueType): ValueType {
    if (this.height === this.base) this.isShort = true;
    const type = super.popExpected(expected);
    this.lowest = Math.min(this.lowest, this.height);
    return type;
  }

  /** Operands from the lowest point on. */
  pushed(): ValueType[] {
    return [...this.operands.subarray(this.lowest, this.height)] as ValueType[];
  }
}

/** Finds the effects of the bodies of one valid module. */
export class EffectFinder {
  readonly #code: CodeValidator;
  readonly #stack: WatchedStack;

  constructor(module: Module, features: FeatureSet) {
    const context = new Context(module, features);
    // Which functions are declared is no matter of stacks, and the module is valid.
    context.declared.fill(1);
    this.#code = new CodeValidator(context, everything, WatchedStack.watched);
    this.#stack = this.#code.stack as WatchedStack;
  }

  /** One effect for every instruction of a body, the last `end` included. Throws Invalid. */
  effectsOf(bodyIndex: number): Effect[] {
    const {module} = this.#code.context;
    const imported = functionTypeIndices(module).length - module.functions.length;
    this.#code.beginBody(module.bodies[bodyIndex]!, this.#code.context.functions[imported + bodyIndex]!);
    const effects: Effect[] = [];
    for (let goesOn = true; goesOn; ) {
      const before = this.#stack.height;
      this.#stack.watch();
      goesOn = this.#code.step();
      const {lowest, isShort, depth, height, isUnreachable} = this.#stack;
      const pushes = this.#stack.pushed().map((type) => this.#declared(type));
      effects.push({pops: before - lowest, isShort, pushes, depth, height, isUnreachable});
    }
    return effects;
  }

  /** The type as the module writes it, whose concrete types are indices there. */
  #declared(type: ValueType): ValueType {
    if (!isRef(type) || !isConcrete(heapOf(type))) return type;
    return refType(concreteHeap(this.#code.context.ids.indexOf(heapOf(type))), isNullable(type));
  }
}
