/* Types as objects and FuncRefs point to them, and making objects of them. */
#include "frame.h"
#include "heap.h"

typedef struct {
  uint32_t kind, typeId, bytes, displayLength;
  const uint32_t *references;
  uint32_t referenceCount, reserved;
  uint32_t display[TYPE_DESC_DISPLAY_MIN];
} NoType;

_Static_assert(offsetof(NoType, display) == TYPE_DESC_DISPLAY, "layout");

static const NoType noType = {
  .kind = TYPE_KIND_NONE,
  .typeId = NO_HANDLE,
  .displayLength = TYPE_DESC_DISPLAY_MIN,
  .display = {NO_HANDLE, NO_HANDLE, NO_HANDLE, NO_HANDLE, NO_HANDLE, NO_HANDLE, NO_HANDLE, NO_HANDLE},
};
/* Stands in for what is no object and no function: its type is found where either has it. */
static const FuncRef nothing = {.code = (uint64_t)(uintptr_t)&noType, .type = (const TypeDesc *)(const void *)&noType};

const void *nothingObject(void) { return &nothing; }

/* Each thread's client numbers types by itself. */
uint32_t typeHandle(uint32_t typeId) { return typeId + threadNumber() * THREAD_TYPES; }

const TypeDesc *typeAt(uint32_t typeId) { return objectGet(TYPES, typeHandle(typeId)); }

bool typeIsKnown(const TypeDesc *type) {
  if (!arenaHolds(type, sizeof *type)) return false;
  bool isTag = type->kind == TYPE_KIND_EXCEPTION;
  return objectGet(isTag ? TAGS : TYPES, isTag ? type->typeId : typeHandle(type->typeId)) == type;
}

TypeDesc *tagTake(uint32_t handle, const uint8_t *isRef, uint32_t count) {
  TypeDesc *tag = arenaTake(sizeof *tag + TYPE_DESC_DISPLAY_MIN * sizeof(uint32_t), 16);
  uint32_t *references = arenaTake(count * 4ull, 4);
  if (!tag || !references) return NULL;
  uint32_t found = 0;
  for (uint32_t i = 0; i < count; i++)
    if (wordAt(isRef, i)) references[found++] = EXCEPTION_VALUES + i * EXCEPTION_STRIDE;
  uint32_t bytes = EXCEPTION_VALUES + count * EXCEPTION_STRIDE;
  *tag = (TypeDesc){TYPE_KIND_EXCEPTION, handle, bytes, TYPE_DESC_DISPLAY_MIN, references, found, 0};
  for (uint32_t i = 0; i < TYPE_DESC_DISPLAY_MIN; i++) tag->display[i] = NO_HANDLE;
  return tag;
}

uint64_t objectBytes(const Object *object) {
  uint64_t bytes = object->type->bytes;
  return object->type->kind == TYPE_KIND_ARRAY ? OBJECT_ELEMENTS + object->length * bytes : bytes;
}

Object *structTake(const TypeDesc *type) {
  Object *object = heapTake(type->bytes);
  if (object) object->type = type;
  return object;
}

bool arrayTooLarge(const TypeDesc *type, uint32_t length) {
  uint64_t cells = type->referenceCount || type->bytes < 4 ? 1 : type->bytes / 4;
  return length * cells > LIMIT_ARRAY_CELLS;
}

/* Elements are not initialised. */
Object *arrayTake(const TypeDesc *type, uint32_t length) {
  Object *array = heapTake(OBJECT_ELEMENTS + (uint64_t)length * type->bytes);
  if (array) *array = (Object){type, length, 0};
  return array;
}

/* Fills elements with one value. */
void arrayRepeat(Object *array, uint32_t index, uint32_t length, const void *value) {
  uint64_t bytes = array->type->bytes, total = length * bytes;
  uint8_t *to = array->elements + index * bytes;
  if (total == 0) return;
  memcpy(to, value, bytes);
  for (uint64_t done = bytes; done < total; done *= 2) memcpy(to + done, to, done < total - done ? done : total - done);
}
