/**
 * A target from its parts: lowering, allocation and emission of one function after the other, with columns that are kept
 * between functions. Not reentrant.
 */
import {ruleName} from '../fuel.ts';
import type {Func} from '../ir/func.ts';
import {untimed} from '../timer.ts';
import type {CodeAssembler} from './code.ts';
import type {FunctionEmitter} from './emit.ts';
import {ConstantHoister} from './hoist.ts';
import type {MFunc} from './mfunc.ts';
import {type Names, printMFunc} from './print.ts';
import type {RegFile} from './regalloc/allocate.ts';
import {RegisterAllocator} from './regalloc/regalloc.ts';
import type {BackendOptions, Target} from './target.ts';

export interface TargetParts extends Omit<Target, 'compile' | 'explain'> {
  readonly lowering: {run(f: Func, options: BackendOptions, features: number): MFunc};
  readonly emitter: FunctionEmitter<CodeAssembler>;
  /** Allocatable registers in order of preference. */
  readonly registers: RegFile;
  /** Fewer integer registers than this cannot hold the operands of every instruction. */
  readonly fewestRegisters: number;
  readonly names: Omit<Names, 'rule'>;
}

export function makeTarget(parts: TargetParts): Target {
  const {lowering, emitter, registers, fewestRegisters, names, ...target} = parts;
  const allocator = new RegisterAllocator();
  const hoister = new ConstantHoister();
  const textNames: Names = {...names, rule: ruleName};

  /** Under chaos there are few registers, ... */
  const registerFile = ({chaos}: BackendOptions): RegFile => {
    const count = chaos.plan.registers;
    if (count === null) return registers;
    const kept = Math.max(count, fewestRegisters);
    return {...registers, int: registers.int.slice(0, kept), float: registers.float.slice(0, kept)};
  };
  /** ... and the CPU may be the baseline. */
  const featuresOf = (options: BackendOptions): number => (options.chaos.plan.baselineCpu ? 0 : options.features);

  const lower = (func: Func, options: BackendOptions): MFunc => {
    const machine = lowering.run(func, options, featuresOf(options));
    hoister.run(machine, registerFile(options), options.fuel);
    return machine;
  };

  return {
    ...target,
    compile(func, options) {
      const {timer = untimed, check, fuel} = options;
      const machine = timer.measure('lower', () => lower(func, options));
      const allocation = timer.measure('regalloc', () => allocator.run(machine, registerFile(options), fuel, check));
      return timer.measure('emit', () => emitter.run(machine, allocation, options));
    },
    explain(func, options) {
      const machine = lower(func, options);
      const lowered = printMFunc(machine, null, textNames);
      const allocation = allocator.run(machine, registerFile(options), options.fuel, options.check);
      const allocated = printMFunc(machine, allocation, textNames);
      emitter.a.listing = [];
      emitter.run(machine, allocation, options);
      const assembly = emitter.a.text();
      emitter.a.listing = null;
      return {lowered, allocated, assembly};
    },
  };
}
