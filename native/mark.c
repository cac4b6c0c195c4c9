/*
 * Marking: from globals, tables, element segments, held objects and every word of the wasm stack that could be a
 * reference. Objects are read precisely, through their type. The stack of what is still to be read is our own, so that
 * no list is too deep; an object is on it once at most, so that it cannot overflow.
 */
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include "heap.h"

#define STACK_BYTES (LIMIT_HEAP_BYTES / CELL_MIN * sizeof(uint32_t))
#define STACK_KEPT (1u << 20)

/* Objects in units of CELL_MIN from the heap's base. */
static uint32_t *stack;
static uint64_t depth, deepest;

bool markInit(void) {
  stack = mmap(NULL, STACK_BYTES, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  return stack != MAP_FAILED;
}

/* Any word: marks the object that it points into. */
void markRoot(uint64_t word) {
  uint32_t block, cell;
  if (!heapFind(word, &block, &cell)) return;
  uint64_t *bits = &heap.blocks[block].marked[cell / 64], mask = 1ull << cell % 64;
  if (*bits & mask) return;
  *bits |= mask;
  stack[depth++] = (uint32_t)(((uint8_t *)heapCell(block, cell) - heap.base) / CELL_MIN);
  if (depth > deepest) deepest = depth;
}

void markWords(const uint64_t *words, uint64_t count) {
  for (uint64_t i = 0; i < count; i++) markRoot(words[i]);
}

static void readObject(const Object *object) {
  const TypeDesc *type = object->type;
  if (type->kind == TYPE_KIND_ARRAY) {
    if (type->referenceCount) markWords((const uint64_t *)(const void *)object->elements, object->length);
    return;
  }
  for (uint32_t i = 0; i < type->referenceCount; i++)
    markRoot(*(const uint64_t *)(const void *)((const uint8_t *)object + type->references[i]));
}

static void readAll(void) {
  while (depth > 0) readObject((const Object *)(const void *)(heap.base + (uint64_t)stack[--depth] * CELL_MIN));
}

static void markState(void) {
  for (uint32_t i = 0; i < objectsHigh(GLOBALS); i++) {
    const Global *global = objectGet(GLOBALS, i);
    if (global && global->isRef) markRoot(global->cell[0]);
  }
  for (uint32_t i = 0; i < objectsHigh(TABLES); i++) {
    const Table *table = objectGet(TABLES, i);
    if (table) markWords(table->desc.entries, table->desc.length);
    readAll();
  }
  for (uint32_t i = 0; i < objectsHigh(INSTANCES); i++) {
    const Instance *instance = objectGet(INSTANCES, i);
    for (uint32_t k = 0; instance && k < instance->elemCount; k++)
      markWords(instance->elem[k].refs, instance->elem[k].length);
  }
  for (uint32_t i = 0; i < objectsHigh(OBJECTS); i++) markRoot((uint64_t)(uintptr_t)objectGet(OBJECTS, i));
  heldMark();
}

/* The words from here to the top of the wasm stack: frames of emitted code, and of the builtin that collects. */
__attribute__((noinline, no_sanitize("address"))) static void markStack(void) {
  uint64_t here = (uint64_t)(uintptr_t)__builtin_frame_address(0) & ~7ull;
  uint64_t low = (uint64_t)(uintptr_t)stackBase, high = low + stackSize;
  if (here < low || here >= high) return; /* not entered: a batch op allocates on the runner's own stack */
  for (const uint64_t *at = (const uint64_t *)(uintptr_t)here; (uint64_t)(uintptr_t)at < high; at++) markRoot(*at);
}

void collect(void) {
  __builtin_unwind_init(); /* the registers that C functions keep go to the stack */
  deepest = 0;
  heapFlush();
  markStack();
  readAll();
  markState();
  readAll();
  heapSweep();
  heap.collections++;
  if (deepest * sizeof *stack > STACK_KEPT) madvise(stack, STACK_BYTES, MADV_DONTNEED);
  if (!(heap.options & HEAP_OPTION_STRESS)) return;
  const char *complaint = heapCheck();
  if (!complaint) return;
  fprintf(stderr, "heap check: %s\n", complaint);
  abort();
}
