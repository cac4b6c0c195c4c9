/*
 * The object store: one handle space per kind, and an arena for everything that lives until reset, so that
 * nothing dangles and a pointer that claims to be a FuncRef can be checked without following it.
 */
#include <pthread.h>
#include <stdlib.h>
#include <sys/mman.h>
#include "heap.h"

#define ARENA_BYTES (1ull << 30)
#define ARENA_KEPT (4ull << 20)

typedef struct {
  void **items;          /* room for all handles: never moves, since signal handlers read it */
  _Atomic uint32_t high; /* one above the greatest handle in use */
} Space;

static Space spaces[KIND_COUNT];
static uint8_t *arena;
static _Atomic uint64_t arenaUsed;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

void storeLock(void) { pthread_mutex_lock(&lock); }

void storeUnlock(void) { pthread_mutex_unlock(&lock); }

static void *reserved(uint64_t size) {
  void *bytes = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  return bytes == MAP_FAILED ? NULL : bytes;
}

bool objectsInit(void) {
  for (uint32_t kind = 0; kind < KIND_COUNT; kind++) {
    spaces[kind].items = reserved(LIMIT_HANDLES * sizeof(void *));
    if (!spaces[kind].items) return false;
  }
  arena = reserved(ARENA_BYTES);
  return arena && (uint64_t)(uintptr_t)arena >= OBJECT_LOWEST && heapInit();
}

/* Zeroed bytes that live until reset; NULL when the arena is full. */
void *arenaTake(uint64_t size, uint64_t align) {
  uint64_t used = arenaUsed, start;
  do {
    start = (used + align - 1) / align * align;
    if (size > ARENA_BYTES || start > ARENA_BYTES - size) return NULL;
  } while (!atomic_compare_exchange_weak(&arenaUsed, &used, start + size));
  return arena + start;
}

bool arenaHolds(const void *pointer, uint64_t size) {
  uint64_t offset = (uint64_t)(uintptr_t)pointer - (uint64_t)(uintptr_t)arena;
  return offset % 8 == 0 && offset < arenaUsed && size <= arenaUsed - offset;
}

static void arenaReset(void) {
  uint64_t kept = arenaUsed < ARENA_KEPT ? arenaUsed : ARENA_KEPT;
  memset(arena, 0, kept);
  if (arenaUsed > ARENA_KEPT) madvise(arena + ARENA_KEPT, ARENA_BYTES - ARENA_KEPT, MADV_DONTNEED);
  arenaUsed = 0;
}

void objectsReset(void) {
  for (uint32_t i = 0; i < spaces[CODES].high; i++)
    if (spaces[CODES].items[i]) codeRelease(spaces[CODES].items[i]);
  for (uint32_t i = 0; i < spaces[MEMORIES].high; i++)
    if (spaces[MEMORIES].items[i]) memoryRelease(spaces[MEMORIES].items[i]);
  for (uint32_t i = 0; i < spaces[TABLES].high; i++)
    if (spaces[TABLES].items[i]) free(((Table *)spaces[TABLES].items[i])->desc.entries);
  for (uint32_t kind = 0; kind < KIND_COUNT; kind++) {
    if (spaces[kind].high > 0) memset(spaces[kind].items, 0, spaces[kind].high * sizeof(void *));
    spaces[kind].high = 0;
  }
  arenaReset();
  heldReset();
  heapReset();
}

void *objectGet(Kind kind, uint32_t handle) { return handle < spaces[kind].high ? spaces[kind].items[handle] : NULL; }

uint32_t objectsHigh(Kind kind) { return spaces[kind].high; }

/* The handle is free and below LIMIT_HANDLES: the caller has checked. */
bool objectPut(Kind kind, uint32_t handle, void *object) {
  Space *space = &spaces[kind];
  space->items[handle] = object;
  if (handle >= space->high) space->high = handle + 1;
  return true;
}

/* Grows the table to `length` entries, the new ones being `fill`. */
bool tableResize(Table *table, uint64_t length, uint64_t fill) {
  if (length > table->capacity) {
    uint64_t capacity = table->capacity * 2 > length ? table->capacity * 2 : length;
    uint64_t *entries = realloc(table->desc.entries, capacity * sizeof(uint64_t));
    if (!entries) return false;
    table->desc.entries = entries;
    table->capacity = capacity;
  }
  for (uint64_t i = table->desc.length; i < length; i++) table->desc.entries[i] = fill;
  table->desc.length = length;
  return true;
}

/* Handle of the FuncRef that the pointer points to; NO_HANDLE when it points to none. */
uint32_t funcHandle(uint64_t pointer) {
  const FuncRef *func = (const FuncRef *)(uintptr_t)pointer;
  if (!arenaHolds(func, sizeof *func) || objectGet(FUNCTIONS, func->handle) != func) return NO_HANDLE;
  return func->handle;
}

static uint64_t wire(uint32_t tag, uint32_t payload) { return (uint64_t)payload << 32 | tag; }

/* RefTag of a reference; what is none is wild. */
uint32_t refTag(uint64_t value) {
  if (!isReference(value)) return REF_WILD;
  if (value == 0) return REF_NULL;
  if (value & 1) return REF_I31;
  if (value & 2) return REF_EXTERN;
  if (funcHandle(value) != NO_HANDLE) return REF_FUNC;
  uint32_t kind = ((const Object *)(uintptr_t)value)->type->kind;
  return kind == TYPE_KIND_EXCEPTION ? REF_EXN : kind == TYPE_KIND_ARRAY ? REF_ARRAY : REF_STRUCT;
}

/* A reference as tag | payload << 32. The client holds the objects that it is given. */
uint64_t refToWire(uint64_t value) {
  uint32_t tag = refTag(value);
  switch (tag) {
    case REF_I31: return wire(tag, (uint32_t)value >> 1);
    case REF_EXTERN: return wire(tag, (uint32_t)(value >> 2));
    case REF_FUNC: return wire(tag, funcHandle(value));
    case REF_STRUCT:
    case REF_ARRAY: return wire(tag, heldNumber(value));
    default: return wire(tag, 0);
  }
}
