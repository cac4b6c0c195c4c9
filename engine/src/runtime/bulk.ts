/**
 * Bulk operations on tables and memories (spec sections 4.6.5 and 4.6.6): everything is checked first, so that a trap
 * leaves no trace. Indices and counts are unsigned 32-bit numbers.
 */
import {trap} from '../base/trap.ts';
import type {Memory} from './memory.ts';
import type {Table} from './table.ts';
import type {Ref} from './values.ts';

export function fillTable({elements}: Table, at: number, value: Ref, count: number): void {
  if (at + count > elements.length) trap('table-out-of-bounds');
  elements.fill(value, at, at + count);
}

export function initTable({elements}: Table, segment: readonly Ref[], at: number, from: number, count: number): void {
  if (from + count > segment.length || at + count > elements.length) trap('table-out-of-bounds');
  for (let i = 0; i < count; i += 1) elements[at + i] = segment[from + i]!;
}

export function copyTable(to: Table, source: Table, at: number, from: number, count: number): void {
  if (from + count > source.elements.length || at + count > to.elements.length) trap('table-out-of-bounds');
  if (to === source) {
    to.elements.copyWithin(at, from, from + count);
    return;
  }
  for (let i = 0; i < count; i += 1) to.elements[at + i] = source.elements[from + i]!;
}

export function fillMemory(memory: Memory, at: number, value: number, count: number): void {
  if (at + count > memory.byteLength) trap('memory-out-of-bounds');
  memory.bytes.fill(value & 0xff, at, at + count);
}

export function initMemory(memory: Memory, segment: Uint8Array, at: number, from: number, count: number): void {
  if (from + count > segment.length || at + count > memory.byteLength) trap('memory-out-of-bounds');
  memory.bytes.set(segment.subarray(from, from + count), at);
}

export function copyMemory(to: Memory, source: Memory, at: number, from: number, count: number): void {
  if (from + count > source.byteLength || at + count > to.byteLength) trap('memory-out-of-bounds');
  if (to === source) to.bytes.copyWithin(at, from, from + count);
  else to.bytes.set(source.bytes.subarray(from, from + count), at);
}
