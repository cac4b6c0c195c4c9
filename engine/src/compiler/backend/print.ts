/**
 * Text of machine functions, before and after register allocation. Virtual registers are `v3`, places `%rax` and `[slot 2]`;
 * constraints stand behind an operand: `:rcx` fixed, `:tied`, `:any`, `:late`. The target says the names.
 */
import {Constraint, type MFunc} from './mfunc.ts';
import {type Allocation, Phase, REMAT, SLOT} from './regalloc/resolve.ts';

const {fixed: FIXED, def: DEF, across: ACROSS, tied: TIED, any: ANY} = Constraint;

export interface Names {
  readonly inst: (code: number) => string;
  readonly register: (register: number) => string;
  readonly mode: (mode: number, scale: number, disp: number) => string;
  readonly rule: (rule: number) => string;
}

function place(names: Names, location: number): string {
  if (location === REMAT) return 'again';
  return location >= SLOT ? `[slot ${location - SLOT}]` : `%${names.register(location)}`;
}

function operandText(f: MFunc, o: number, allocation: Allocation | null, names: Names): string {
  const info = f.opInfo[o] as number;
  if (allocation !== null) return place(names, allocation.opLoc[o] as number);
  const fixed = (info & FIXED) === 0 ? '' : `:${names.register((info & FIXED) - 1)}`;
  const late = (info & ACROSS) === 0 ? '' : (info & DEF) === 0 ? ':late' : ':early';
  return `v${f.opVreg[o]}${fixed}${(info & TIED) === 0 ? '' : ':tied'}${(info & ANY) === 0 ? '' : ':any'}${late}`;
}

function instText(f: MFunc, i: number, allocation: Allocation | null, names: Names): string {
  const defs: string[] = [];
  const uses: string[] = [];
  for (let o = f.opStart[i] as number; o < (f.opStart[i + 1] as number); o++) {
    ((f.opInfo[o] as number) & DEF ? defs : uses).push(operandText(f, o, allocation, names));
  }
  if (f.mode[i] !== 0) uses.push(names.mode(f.mode[i] as number, f.scale[i] as number, f.disp[i] as number));
  if (f.imm[i] !== 0 || f.high[i] !== 0) uses.push(f.high[i] === 0 ? `#${f.imm[i]}` : `#${f.imm[i]}:${f.high[i]}`);
  const left = defs.length === 0 ? '' : `${defs.join(', ')} = `;
  const rule = f.rule[i] === 0 ? '' : `  ; ${names.rule(f.rule[i] as number)}`;
  return `${left}${names.inst(f.code[i] as number)}${uses.length === 0 ? '' : ` ${uses.join(', ')}`}${rule}`;
}

function moveLines(k: number, allocation: Allocation, names: Names): string[] {
  const lines: string[] = [];
  for (let phase = Phase.edgeIn as number; phase <= Phase.edgeOut; phase++) {
    const moves: string[] = [];
    for (let m = allocation.moveHead[k] as number; m !== 0; m = allocation.moveNext[m] as number) {
      if (allocation.movePhase[m] !== phase) continue;
      moves.unshift(
        `${place(names, allocation.moveTo[m] as number)} = v${allocation.moveVreg[m]} ${place(names, allocation.moveFrom[m] as number)}`,
      );
    }
    if (moves.length > 0) lines.push(`    move ${moves.join(', ')}`);
  }
  return lines;
}

/** Text of a function; with an allocation the places instead of the virtual registers, and the moves. */
export function printMFunc(f: MFunc, allocation: Allocation | null, names: Names): string {
  const lines: string[] = [];
  for (let b = 0; b < f.blockCount; b++) {
    const params = [...f.params.subarray(f.paramStart[b], f.paramStart[b + 1])].map((v) => `v${v}`);
    const depth = f.loopDepth[b] === 0 ? '' : ` loop ${f.loopDepth[b]}`;
    lines.push(`m${b}${params.length === 0 ? '' : `(${params.join(', ')})`}:${depth}`);
    for (let k = f.blockFirst[b] as number; k < (f.blockFirst[b + 1] as number); k++) {
      if (allocation !== null) lines.push(...moveLines(k, allocation, names));
      lines.push(`  ${instText(f, f.order[k] as number, allocation, names)}`);
    }
    for (let e = f.succStart[b] as number; e < (f.succStart[b + 1] as number); e++) {
      const args = [...f.args.subarray(f.argStart[e], f.argStart[e + 1])].map((v) => `v${v}`);
      lines.push(`    -> m${f.edgeTarget[e]}${args.length === 0 ? '' : `(${args.join(', ')})`}`);
    }
  }
  return `${lines.join('\n')}\n`;
}
