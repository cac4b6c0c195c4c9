/*
 * The heap's laws, run under sanitizers by heap.test.ts: random programs on a model that knows every object. After each
 * collection what the roots reach is as the model says, and the check finds each of the lies that are told to it.
 * Usage: heap-test SEED STEPS. Prints one line and ends with 0, or says what is wrong and ends with 1.
 */
#include <stdio.h>
#include <stdlib.h>
#include "../native/heap.h"

#undef main /* the runner's is renamed on the command line */

#define ROOTS 64
#define MODEL 4096
#define FAIL(...) (fprintf(stderr, __VA_ARGS__), fputc('\n', stderr), exit(1))

static uint32_t state;
static uint32_t draw(uint32_t n) {
  state = state * 1664525u + 1013904223u;
  return (uint32_t)((uint64_t)state * n >> 32);
}

/* struct {ref, u64 tag, ref}, array of refs, array of bytes */
static TypeDesc *types[3];
static Global *roots[ROOTS];

static TypeDesc *defineType(uint32_t id, uint32_t kind, uint32_t bytes, uint32_t count, uint32_t first, uint32_t second) {
  TypeDesc *type = arenaTake(sizeof *type + TYPE_DESC_DISPLAY_MIN * 4, 16);
  uint32_t *offsets = arenaTake(8, 4);
  if (!type || !offsets) FAIL("no arena");
  offsets[0] = first;
  offsets[1] = second;
  *type = (TypeDesc){kind, id, bytes, TYPE_DESC_DISPLAY_MIN, offsets, count, 0};
  if (!objectPut(TYPES, id, type)) FAIL("no type");
  return type;
}

static void defineWorld(void) {
  types[0] = defineType(1, TYPE_KIND_STRUCT, 32, 2, 8, 24);
  types[1] = defineType(2, TYPE_KIND_ARRAY, 8, 1, 0, 0);
  types[2] = defineType(3, TYPE_KIND_ARRAY, 1, 0, 0, 0);
  for (uint32_t i = 0; i < ROOTS; i++) {
    roots[i] = arenaTake(sizeof(Global), 16);
    uint64_t *cell = arenaTake(GLOBAL_SIZE, 16);
    *roots[i] = (Global){cell, 1};
    objectPut(GLOBALS, i, roots[i]);
  }
}

/* An object as the model has it: its address, which stays, and what it holds. */
typedef struct {
  uint64_t address;
  uint32_t kind, length, tag;
  uint32_t references[8]; /* indices in the model, 0: null */
} Model;

static Model model[MODEL];
static uint32_t modelCount = 1, rootOf[ROOTS];

static uint64_t *slotOf(const Model *object, uint32_t index) {
  uint8_t *at = (uint8_t *)(uintptr_t)object->address;
  return (uint64_t *)(void *)(object->kind == 0 ? at + (index == 0 ? 8 : 24) : at + OBJECT_ELEMENTS + index * 8);
}

static uint32_t slotCount(const Model *object) { return object->kind == 0 ? 2 : object->kind == 1 ? object->length : 0; }

static uint8_t byteOf(const Model *object, uint32_t index) { return (uint8_t)(object->tag + index * 7); }

static void fill(Model *object) {
  uint8_t *at = (uint8_t *)(uintptr_t)object->address;
  if (object->kind == 0) {
    *(uint64_t *)(void *)(at + 16) = object->tag;
    *slotOf(object, 0) = *slotOf(object, 1) = 0;
  } else if (object->kind == 1) {
    memset(at + OBJECT_ELEMENTS, 0, object->length * 8);
  } else {
    for (uint32_t i = 0; i < object->length; i++) at[OBJECT_ELEMENTS + i] = byteOf(object, i);
  }
}

static void make(uint32_t root) {
  if (modelCount == MODEL) return;
  Model *object = &model[modelCount];
  uint32_t kind = draw(3), wide = draw(50) == 0 ? 200000 : 300;
  *object = (Model){.kind = kind, .tag = draw(1u << 30), .length = kind == 1 ? draw(9) : draw(wide)};
  object->address = (uint64_t)(uintptr_t)(kind == 0 ? structTake(types[0]) : arrayTake(types[kind], object->length));
  if (!object->address) FAIL("the heap is full");
  fill(object);
  rootOf[root] = modelCount++;
  roots[root]->cell[0] = object->address;
}

static void connect(uint32_t from, uint32_t to) {
  Model *object = &model[rootOf[from]];
  if (rootOf[from] == 0 || slotCount(object) == 0) return;
  uint32_t slot = draw(slotCount(object));
  object->references[slot] = rootOf[to];
  *slotOf(object, slot) = roots[to]->cell[0];
}

static bool reached[MODEL];

static void reach(uint32_t index) {
  if (index == 0 || reached[index]) return;
  reached[index] = true;
  for (uint32_t i = 0; i < slotCount(&model[index]); i++) reach(model[index].references[i]);
}

static void compare(const Model *object) {
  const Object *real = (const Object *)(uintptr_t)object->address;
  if (real->type != types[object->kind]) FAIL("an object lost its type");
  for (uint32_t i = 0; i < slotCount(object); i++)
    if (*slotOf(object, i) != model[object->references[i]].address) FAIL("a reference changed");
  if (object->kind == 0 && *(const uint64_t *)(const void *)((const uint8_t *)real + 16) != object->tag) FAIL("a field changed");
  for (uint32_t i = 0; object->kind == 2 && i < object->length; i++)
    if (real->elements[i] != byteOf(object, i)) FAIL("an element changed");
}

static uint32_t cellsInUse(void) {
  uint32_t count = 0;
  for (uint32_t i = 0; i < heap.high; i++) {
    count += heap.blocks[i].kind == BLOCK_LARGE;
    for (uint32_t k = 0; heap.blocks[i].kind == BLOCK_SMALL && k < heap.blocks[i].cells; k++)
      count += heap.blocks[i].allocated[k / 64] >> k % 64 & 1;
  }
  return count;
}

/* Everything reachable is there and as it was; everything else is forgotten by the model too. */
static void compareAll(void) {
  const char *complaint = heapCheck();
  if (complaint) FAIL("heap check: %s", complaint);
  memset(reached, 0, sizeof reached);
  for (uint32_t i = 0; i < ROOTS; i++) reach(rootOf[i]);
  uint32_t block, cell, kept = 0;
  for (uint32_t i = 1; i < modelCount; i++) {
    bool there = heapFind(model[i].address, &block, &cell);
    if (reached[i] && (!there || (uint64_t)(uintptr_t)heapCell(block, cell) != model[i].address)) FAIL("an object is gone");
    if (reached[i]) compare(&model[i]);
    if (!reached[i]) model[i].address = 0;
    kept += reached[i];
  }
  if (cellsInUse() != kept) FAIL("garbage was kept");
  if (kept == modelCount - 1 || modelCount < MODEL - 64) return;
  uint32_t moved[MODEL] = {0}, count = 1; /* the model is compacted, so that it never is full of garbage */
  for (uint32_t i = 1; i < modelCount; i++)
    if (reached[i]) {
      moved[i] = count;
      model[count++] = model[i];
    }
  for (uint32_t i = 1; i < count; i++)
    for (uint32_t k = 0; k < 8; k++) model[i].references[k] = moved[model[i].references[k]];
  for (uint32_t i = 0; i < ROOTS; i++) rootOf[i] = moved[rootOf[i]];
  modelCount = count;
}

static void run(uint32_t steps) {
  for (uint32_t i = 0; i < steps; i++) {
    switch (draw(8)) {
      case 0: case 1: case 2: make(draw(ROOTS)); break;
      case 3: case 4: case 5: connect(draw(ROOTS), draw(ROOTS)); break;
      case 6: {
        uint32_t root = draw(ROOTS), from = draw(ROOTS);
        rootOf[root] = draw(2) ? rootOf[from] : 0;
        roots[root]->cell[0] = model[rootOf[root]].address;
        break;
      }
      default:
        if (draw(20) != 0 && modelCount < MODEL) break;
        collect();
        compareAll();
    }
  }
}

/* Each lie must be found, and its correction must satisfy the check again. */
static void lie(const char *what, void *at, uint64_t value) {
  uint64_t truth;
  memcpy(&truth, at, 8);
  memcpy(at, &value, 8);
  if (!heapCheck()) FAIL("not noticed: %s", what);
  memcpy(at, &truth, 8);
  if (heapCheck()) FAIL("not corrected: %s", what);
}

static void lies(void) {
  Object *pair = structTake(types[0]);
  memset((uint8_t *)pair + 8, 0, 24);
  roots[0]->cell[0] = (uint64_t)(uintptr_t)pair;
  Object *list = arrayTake(types[1], 3);
  memset(list->elements, 0, 24);
  roots[1]->cell[0] = (uint64_t)(uintptr_t)list;
  collect();
  if (heapCheck()) FAIL("sound objects are refused");
  lie("an object without a type", pair, 0);
  lie("a type that is none", pair, (uint64_t)(uintptr_t)list);
  lie("a field that points into an object", (uint8_t *)pair + 8, (uint64_t)(uintptr_t)list + 8);
  lie("a field that points nowhere", (uint8_t *)pair + 24, 0x123456789a0);
  lie("a wide i31", (uint8_t *)pair + 8, 1ull << 40 | 1);
  lie("an element that is no reference", list->elements + 8, 4);
  lie("an array that is longer than its cell", &list->length, 1000);
}

int main(int count, char **args) {
  if (count != 3 || !objectsInit()) FAIL("usage: heap-test SEED STEPS");
  state = (uint32_t)atoi(args[1]);
  for (uint32_t options = 0; options <= HEAP_OPTION_STRESS; options++) {
    objectsReset();
    heapSetOptions(options);
    modelCount = 1;
    memset(rootOf, 0, sizeof rootOf);
    defineWorld();
    run((uint32_t)atoi(args[2]) / (options ? 4 : 1));
    lies();
  }
  printf("%llu collections\n", (unsigned long long)heap.collections);
  return 0;
}
