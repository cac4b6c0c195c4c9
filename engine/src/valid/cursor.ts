/**
 * Which item of the module is being validated. An error that has no offset of its own is about that item: `load` looks
 * up where it stands, so that valid modules pay for no offsets.
 */

import {Invalid} from '../base/errors.ts';
import type {ItemSection} from '../binary/sections.ts';
import type {ExternKind, Module} from '../wasm/module.ts';

/** An item by its section and its place there, from 0. */
export interface Item {
  readonly section: ItemSection;
  readonly index: number;
}

/** Invalid, about an item whose offset the module in memory does not know. */
export class InvalidItem extends Invalid {
  readonly item: Item;
  constructor(message: string, item: Item) {
    super(message, null);
    this.item = item;
  }
}

export class Cursor {
  private section: ItemSection = 'type';
  /** Set while the place is one of an index space, whose items are imports first. */
  private space: ExternKind | null = null;
  private index = 0;

  at(section: ItemSection, index: number): void {
    this.section = section;
    this.space = null;
    this.index = index;
  }

  atIndex(space: ExternKind, index: number): void {
    this.space = space;
    this.index = index;
  }

  /** The item: of an index space its import, or its definition. */
  item(module: Module): Item {
    const {section, space, index} = this;
    if (space === null) return {section, index};
    let left = index;
    for (const [place, {type}] of module.imports.entries()) {
      if (type.kind !== space) continue;
      if (left === 0) return {section: 'import', index: place};
      left -= 1;
    }
    return {section: space === 'func' ? 'function' : space, index: left};
  }
}
