/*
 * The heap's law, checked after each collection under stress: every allocated cell is an object of a known type that fits
 * its cell, and every reference in it is null, i31, a host reference, a function or the start of another object.
 */
#include "heap.h"

static bool isObject(uint64_t value) {
  uint32_t block, cell;
  return heapFind(value, &block, &cell) && (uint64_t)(uintptr_t)heapCell(block, cell) == value;
}

bool isReference(uint64_t value) {
  if (value < OBJECT_LOWEST) return value == 0 || ((value & 1) != 0 && value >> 32 == 0) || (value & 3) == 2;
  return isObject(value) || funcHandle(value) != NO_HANDLE;
}

static const char *checkObject(const Object *object, uint64_t room) {
  if (!typeIsKnown(object->type)) return "an object without a type";
  if (object->type->kind != TYPE_KIND_STRUCT && object->type->kind != TYPE_KIND_ARRAY &&
      object->type->kind != TYPE_KIND_EXCEPTION)
    return "an object of no kind";
  if (objectBytes(object) > room) return "an object larger than its cell";
  const uint64_t *elements = (const uint64_t *)(const void *)object->elements;
  if (object->type->kind == TYPE_KIND_ARRAY) {
    for (uint32_t i = 0; object->type->referenceCount && i < object->length; i++)
      if (!isReference(elements[i])) return "an element that is no reference";
    return NULL;
  }
  for (uint32_t i = 0; i < object->type->referenceCount; i++) {
    uint64_t field = *(const uint64_t *)(const void *)((const uint8_t *)object + object->type->references[i]);
    if (!isReference(field)) return "a field that is no reference";
  }
  return NULL;
}

/* NULL when all is well, else what is wrong. To be asked right after a collection, when no cell is only promised. */
const char *heapCheck(void) {
  for (uint32_t i = 0; i < heap.high; i++) {
    const Block *block = &heap.blocks[i];
    if (block->kind == BLOCK_FREE || block->kind == BLOCK_CONTINUED) continue;
    uint64_t room = block->kind == BLOCK_SMALL ? cellBytes[block->sizeClass] : (uint64_t)block->span * BLOCK_BYTES;
    for (uint32_t cell = 0; cell < block->cells; cell++) {
      if (block->kind == BLOCK_SMALL && !(block->allocated[cell / 64] >> cell % 64 & 1)) continue;
      const char *complaint = checkObject(heapCell(i, cell), room);
      if (complaint) return complaint;
    }
  }
  return NULL;
}
