/*
 * The garbage-collected heap: blocks of 64 KiB, cells of one size class in each, large objects in whole blocks. What is
 * allocated and what was reached stands in bits beside the blocks, so that sweeping touches no object.
 */
#pragma once
#include "native.h"

#define BLOCK_BITS 16
#define BLOCK_BYTES (1u << BLOCK_BITS)
#define CELL_MIN 16u
#define CELLS_MAX (BLOCK_BYTES / CELL_MIN)
#define SMALL_MAX 32768u
#define CLASS_COUNT 30
#define BLOCK_COUNT (uint32_t)(LIMIT_HEAP_BYTES / BLOCK_BYTES)
#define NO_BLOCK 0xffffffffu

typedef struct TypeDesc {
  uint32_t kind;
  uint32_t typeId;
  uint32_t bytes;
  uint32_t displayLength;
  const uint32_t *references; /* byte offsets of a structure's references; an array of references has one */
  uint32_t referenceCount;
  uint32_t reserved;
  uint32_t display[];
} TypeDesc;

typedef struct {
  const TypeDesc *type;
  uint32_t length; /* of an array; where a structure's fields begin */
  uint32_t reserved;
  uint8_t elements[];
} Object;

_Static_assert(offsetof(TypeDesc, kind) == TYPE_DESC_KIND, "layout");
_Static_assert(offsetof(TypeDesc, typeId) == TYPE_DESC_TYPE_ID, "layout");
_Static_assert(offsetof(TypeDesc, bytes) == TYPE_DESC_BYTES, "layout");
_Static_assert(offsetof(TypeDesc, displayLength) == TYPE_DESC_DISPLAY_LENGTH, "layout");
_Static_assert(offsetof(TypeDesc, references) == TYPE_DESC_REFERENCES, "layout");
_Static_assert(offsetof(TypeDesc, display) == TYPE_DESC_DISPLAY, "layout");
_Static_assert(offsetof(Object, type) == OBJECT_TYPE, "layout");
_Static_assert(offsetof(Object, length) == OBJECT_LENGTH, "layout");
_Static_assert(offsetof(Object, elements) == OBJECT_ELEMENTS, "layout");

typedef enum { BLOCK_FREE, BLOCK_SMALL, BLOCK_LARGE, BLOCK_CONTINUED } BlockKind;

typedef struct {
  uint8_t kind;
  uint8_t sizeClass;
  uint16_t cells;
  uint32_t span; /* blocks of a large object; distance to its first block in the others */
  uint32_t next; /* of the same size class, with room */
  uint64_t allocated[CELLS_MAX / 64];
  uint64_t marked[CELLS_MAX / 64];
} Block;

typedef struct {
  uint8_t *base;
  Block *blocks;
  uint32_t high;       /* blocks that were ever taken since the last reset */
  uint32_t freeBlocks; /* of those below high */
  uint32_t firstFree;  /* none below this is free */
  uint32_t options;
  uint64_t taken;  /* bytes of blocks since the last collection */
  uint64_t budget; /* collect when `taken` would exceed it */
  uint64_t live;   /* bytes that the last collection kept */
  uint64_t collections;
  uint64_t allocations;
  uint8_t *cursor[CLASS_COUNT], *limit[CLASS_COUNT];
  uint32_t scan[CLASS_COUNT];     /* block of the class to look for room in */
  uint32_t scanCell[CLASS_COUNT]; /* and from which cell on */
} Heap;

extern Heap heap;
extern const uint32_t cellBytes[CLASS_COUNT];

/* heap.c: blocks and cells */
bool heapInit(void);
void heapLock(void);
void heapUnlock(void);
void heapReset(void);
/* HEAP_OPTION bits, until the next reset. */
void heapSetOptions(uint32_t options);
/* Room for an object, not initialised; NULL when the heap is full. May collect. */
void *heapTake(uint64_t bytes);
uint64_t heapBytes(void);
/* Block and cell of an address inside of an allocated object; false when there is none. */
bool heapFind(uint64_t address, uint32_t *block, uint32_t *cell);
void *heapCell(uint32_t block, uint32_t cell);
/* Takes back every cell that the collection did not mark. */
void heapSweep(void);
/* Gives back what the cursors have not used yet. */
void heapFlush(void);

/* mark.c: what is reachable */
bool markInit(void);
void markRoot(uint64_t reference);
void markWords(const uint64_t *words, uint64_t count);
void collect(void);

/* check.c: whether every object is what it should be */
const char *heapCheck(void);
bool isReference(uint64_t value);

/* types.c: type descriptors, and objects as fields and elements */
const void *nothingObject(void);
uint32_t typeHandle(uint32_t typeId);
const TypeDesc *typeAt(uint32_t typeId);
bool typeIsKnown(const TypeDesc *type);
/* A tag: the type of its exceptions, whose values are references where `isRef` (u32 each) says so. NULL: no room. */
TypeDesc *tagTake(uint32_t handle, const uint8_t *isRef, uint32_t count);
uint64_t objectBytes(const Object *object);
Object *structTake(const TypeDesc *type);
Object *arrayTake(const TypeDesc *type, uint32_t length);
/* Whether an array of so many elements is refused. */
bool arrayTooLarge(const TypeDesc *type, uint32_t length);
void arrayRepeat(Object *array, uint32_t index, uint32_t length, const void *value);

/* held.c: objects that the client knows by number */
void heldReset(void);
uint32_t heldNumber(uint64_t reference);
bool heldObject(uint32_t number, uint64_t *reference);
void heldMark(void);

/* heap-builtins.c */
Object *builtinStructNew(VmContext *vmctx, const TypeDesc *type);
Object *builtinExceptionNew(VmContext *vmctx, const TypeDesc *tag);
Object *builtinStructNewDefault(VmContext *vmctx, const TypeDesc *type);
Object *builtinArrayNewDefault(VmContext *vmctx, const TypeDesc *type, uint32_t length);
Object *builtinArrayNew(VmContext *vmctx, const TypeDesc *type, uint32_t length);
Object *builtinArrayNewData(VmContext *vmctx, const TypeDesc *type, uint32_t segment, uint32_t offset, uint32_t length);
Object *builtinArrayNewElem(VmContext *vmctx, const TypeDesc *type, uint32_t segment, uint32_t offset, uint32_t length);
void builtinArrayFill(VmContext *vmctx, Object *array, uint32_t index, uint32_t length);
void builtinArrayCopy(VmContext *vmctx, Object *to, uint32_t toIndex, const Object *from, uint32_t fromIndex, uint32_t length);
void builtinArrayInitData(VmContext *vmctx, Object *array, uint32_t segment, uint32_t index, uint32_t offset, uint32_t length);
void builtinArrayInitElem(VmContext *vmctx, Object *array, uint32_t segment, uint32_t index, uint32_t offset, uint32_t length);
