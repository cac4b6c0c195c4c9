/**
 * Coverage of instructions by generated code: one counter per row of the opcode table, and the rows that a feature set
 * must reach. What is not reached is a gap in the generators.
 */
import {CodeReader} from '#engine/binary/code.ts';
import {decode} from '#engine/binary/decode.ts';
import {FEATURE, NAME, SIGNATURE} from '#engine/wasm/columns.ts';
import type {FeatureSet} from '#engine/wasm/features.ts';
import {type Irregular, type Mnemonic, mnemonics, Op} from '#engine/wasm/opcodes.ts';
import type {Case} from './case.ts';
import {irregular} from './irregular.ts';

export class OpcodeCoverage {
  /** Occurrences by opcode. */
  readonly counts = new Uint32Array(NAME.length);

  /** Counts the instructions of all bodies of a case. */
  add({modules}: Case): void {
    for (const bytes of modules) {
      for (const {code} of decode(bytes).bodies) {
        const reader = new CodeReader(code);
        while (!reader.isAtEnd) this.counts[reader.skip()]!++;
      }
    }
  }

  /** Instructions of these features that have not occurred. */
  missing(features: FeatureSet): Mnemonic[] {
    return expectedOpcodes(features).filter((name) => this.counts[Op[name]] === 0);
  }
}

/** Instructions that cases with these features must contain sooner or later. */
export function expectedOpcodes(features: FeatureSet): Mnemonic[] {
  return mnemonics.filter(
    (name) => features.has(FEATURE[Op[name]]!) && (isSimple(name) || irregular[name as Irregular] !== null),
  );
}

const isSimple = (name: Mnemonic): boolean => SIGNATURE[Op[name]] !== null;
