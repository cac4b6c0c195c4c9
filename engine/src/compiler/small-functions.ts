/** The functions of a module that are small enough to be inlined, translated when somebody calls them. */
import type {Facts} from './frontend/facts.ts';
import {Translator} from './frontend/translate.ts';
import {Func} from './ir/func.ts';
import type {Callees} from './opt/inline.ts';

/** Bodies of more bytes than this are not looked at; most instructions take two. */
const MAX_BYTES = 40;

export class SmallFunctions implements Callees {
  readonly #facts: Facts;
  readonly #func = new Func();
  #translator: Translator | null = null;

  constructor(facts: Facts) {
    this.#facts = facts;
  }

  func(index: number): Func | null {
    const {module, importedFunctions} = this.#facts;
    const body = module.bodies[index - importedFunctions];
    if (body === undefined || body.code.bytes.length > MAX_BYTES) return null;
    this.#translator ??= new Translator(this.#facts);
    if (this.#func.index !== index || this.#func.valueCount === 0) this.#translator.translate(this.#func, index);
    return this.#func;
  }
}
