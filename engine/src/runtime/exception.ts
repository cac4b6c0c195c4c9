/**
 * Tags and exceptions (spec section 4.2.12). Identity of a tag is identity of the object.
 */
import type {FuncType} from '../wasm/types.ts';
import type {TypeId} from './types.ts';
import type {Value} from './values.ts';

export class Tag {
  /** Function type that gives the payload; concrete heap types in it are relative to the defining module. */
  readonly type: FuncType;
  readonly typeId: TypeId;
  constructor(type: FuncType, typeId: TypeId) {
    this.type = type;
    this.typeId = typeId;
  }
}

/** A thrown exception: the tag and one value per parameter of its type. */
export class ExnInstance {
  readonly tag: Tag;
  readonly payload: readonly Value[];
  constructor(tag: Tag, payload: readonly Value[]) {
    this.tag = tag;
    this.payload = payload;
  }
}
