/* Shared types of the runner. The layouts that emitted code sees are checked against layout.h here. */
#pragma once
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include "layout.h"

#define NO_HANDLE 0xffffffffu
#define ALL_ONES (~(uint64_t)0)
#define HOST_PAGE 4096u

typedef struct {
  _Atomic uint64_t byteLength; /* of a shared memory: other threads grow it */
  uint8_t *base;
} MemoryDesc;

typedef struct {
  uint64_t *entries;
  uint64_t length;
} TableDesc;

typedef struct {
  uint64_t code;
  uint64_t vmctx;
  uint32_t typeId;
  uint32_t handle;
  const struct TypeDesc *type; /* NULL when the client did not tell */
} FuncRef;

typedef struct {
  uint64_t stackLimit;
  const void *const *builtins;
  struct Instance *runtime;
  struct HostFunction *hostFunction; /* starts with its FuncRef */
  const void *nothing;
  uint64_t reserved;
  uint64_t scratch[2];
} VmContext;

_Static_assert(offsetof(MemoryDesc, byteLength) == MEMORY_DESC_BYTE_LENGTH, "layout");
_Static_assert(offsetof(MemoryDesc, base) == MEMORY_DESC_BASE, "layout");
_Static_assert(offsetof(TableDesc, entries) == TABLE_DESC_ENTRIES, "layout");
_Static_assert(offsetof(TableDesc, length) == TABLE_DESC_LENGTH, "layout");
_Static_assert(offsetof(FuncRef, code) == FUNC_REF_CODE, "layout");
_Static_assert(offsetof(FuncRef, vmctx) == FUNC_REF_VMCTX, "layout");
_Static_assert(offsetof(FuncRef, typeId) == FUNC_REF_TYPE_ID, "layout");
_Static_assert(offsetof(FuncRef, handle) == FUNC_REF_HANDLE, "layout");
_Static_assert(offsetof(FuncRef, type) == FUNC_REF_TYPE, "layout");
_Static_assert(sizeof(FuncRef) == FUNC_REF_SIZE, "layout");
_Static_assert(offsetof(VmContext, stackLimit) == VMCTX_STACK_LIMIT, "layout");
_Static_assert(offsetof(VmContext, builtins) == VMCTX_BUILTINS, "layout");
_Static_assert(offsetof(VmContext, runtime) == VMCTX_RUNTIME, "layout");
_Static_assert(offsetof(VmContext, hostFunction) == VMCTX_HOST_FUNCTION, "layout");
_Static_assert(offsetof(VmContext, nothing) == VMCTX_NOTHING, "layout");
_Static_assert(offsetof(VmContext, scratch) == VMCTX_SCRATCH, "layout");
_Static_assert(sizeof(VmContext) == VMCTX_HEADER, "layout");

typedef struct {
  MemoryDesc desc; /* first: a pointer to the Memory is a pointer to its desc */
  uint64_t maxPages;
  uint64_t committed; /* readable and writable bytes from the base, whole host pages */
  uint32_t handle;
  uint32_t pageSizeLog2;
  bool isShared;
} Memory;

typedef struct {
  TableDesc desc; /* first, as above */
  uint64_t max;
  uint64_t capacity;
} Table;

typedef struct {
  uint64_t *cell; /* two words */
  uint64_t isRef;
} Global;

/* Tables of engine/src/compiler/unwind.ts: rows of three words, sorted by offset. */
typedef struct {
  const uint8_t *frames, *sites;
  uint32_t frameCount, siteCount;
} UnwindRows;

typedef struct {
  uint8_t *base;
  uint64_t size;   /* bytes of the image */
  uint64_t mapped; /* whole host pages */
  UnwindRows unwind;
} Code;

typedef struct {
  const uint8_t *bytes;
  uint64_t length; /* 0 when dropped */
} DataSegment;

typedef struct {
  const uint64_t *refs;
  uint64_t length; /* 0 when dropped */
} ElemSegment;

typedef struct Instance {
  uint8_t *vmctx;
  uint32_t vmctxSize;
  uint32_t memoryCount, tableCount, dataCount, elemCount;
  Memory **memories;
  Table **tables;
  DataSegment *data;
  ElemSegment *elem;
} Instance;

/* memory.c: reservations, guard, growth, code pages */
bool memoryCreate(Memory *memory, uint64_t minPages);
void memoryRelease(Memory *memory);
uint64_t memoryGrow(Memory *memory, uint64_t delta);
bool codeCreate(Code *code, const uint8_t *bytes, uint64_t size);
void codeRelease(Code *code);

/* objects.c: handles and the arena that lives until reset. Ops hold the lock; emitted code, builtins and signals do not. */
void storeLock(void);
void storeUnlock(void);
typedef enum { CODES, MEMORIES, TABLES, GLOBALS, INSTANCES, FUNCTIONS, TYPES, OBJECTS, TAGS, KIND_COUNT } Kind;
bool objectsInit(void);
void objectsReset(void);
void *objectGet(Kind kind, uint32_t handle);
bool objectPut(Kind kind, uint32_t handle, void *object);
uint32_t objectsHigh(Kind kind);
void *arenaTake(uint64_t size, uint64_t align);
bool arenaHolds(const void *pointer, uint64_t size);
bool tableResize(Table *table, uint64_t length, uint64_t fill);
uint32_t funcHandle(uint64_t pointer);
uint64_t refToWire(uint64_t value);
uint32_t refTag(uint64_t value);

/* call.c, trap.c: entering code and leaving it */
typedef struct {
  uint32_t status, origin, signal, trapCode, code, codeOffset, fault, memory;
  uint64_t address;
} TrapFacts;

typedef struct {
  uint64_t sp;               /* written by nativeEnter; first: trampolines read it */
  volatile uint32_t entered; /* emitted code is on the stack */
  uint64_t deadline;         /* of the call, nanoseconds of the monotonic clock; 0: none */
  volatile TrapFacts facts;
} Activation;

/* Of each thread. */
extern _Thread_local Activation nativeActivation;
extern _Thread_local uint8_t *stackBase; /* lowest mapped byte of the wasm stack, above its guard */
extern _Thread_local uint64_t stackSize;

/* A wasm stack and a timer for this thread. */
bool stackInit(uint64_t size);
void stackRelease(void);
uint64_t stackLimit(void);
bool trapInit(void);
/* A signal stack for this thread. */
bool trapThreadInit(void);
void trapThreadRelease(void);
const TrapFacts *callEnter(const void *entry, uint64_t vmctx, uint64_t code, uint64_t *slots, uint32_t timeoutMs);
/* Leaves all emitted code from a builtin: reports trapCode at returnAddress. */
_Noreturn void trapLeave(uint32_t trapCode, const void *returnAddress);
/* The same for a call whose time is over. */
_Noreturn void timeoutLeave(const void *returnAddress);
uint64_t monotonicNow(void);
/* Likewise, because there is no memory for what the code asked for. */
_Noreturn void resourceLeave(const void *returnAddress);
uint32_t codeAt(uint64_t pc, uint32_t *offset);

#define THREAD_TYPES 65536u /* type ids of a thread that is not the main one are below this */

/* threads.c */
/* Serves a second client from now on, over two FIFOs; false when they cannot be opened or there are too many threads. */
bool threadStart(const char *readPath, const char *writePath);
/* Waits until all other threads have ended, which they do when their clients close the FIFOs. */
void threadsJoin(void);
bool threadIsMain(void);
uint32_t threadNumber(void); /* 0: the main one */
uint32_t threadCount(void);

/* x64.S, arm64.S */
void nativeEnter(const void *entry, uint64_t vmctx, uint64_t code, uint64_t *slots, void *stackTop);
_Noreturn void nativeExit(void);
/* The builtin `throw`: unwindThrow with the return address and the stack pointer of its call. */
void nativeThrow(VmContext *vmctx, uint64_t exception);
/* Goes on in emitted code, with the exception where a first result would be. */
_Noreturn void nativeLand(uint64_t pc, uint64_t sp, uint64_t exception);

/* unwind.c: exceptions on their way to a landing pad */
_Noreturn void unwindThrow(VmContext *vmctx, uint64_t exception, uint64_t returnAddress, uint64_t sp);
/* Whether rows are sorted, within the code and without landing pads outside. */
bool unwindIsSound(const UnwindRows *rows, uint64_t codeBytes);

/* wait.c */
typedef enum { WAIT_WOKEN, WAIT_NOT_EQUAL, WAIT_TIMED_OUT, WAIT_NEVER_ENDS } WaitResult;
/* width 4 or 8; timeout in nanoseconds, negative: for ever. Gives up with WAIT_NEVER_ENDS at the deadline (0: none). */
WaitResult waitAt(const uint8_t *place, uint32_t width, uint64_t expected, int64_t timeout, uint64_t deadline);
uint32_t notifyAt(const uint8_t *place, uint32_t count);

/* builtins.c */
extern const void *const builtinTable[BUILTIN_COUNT];

/* digest.c */
uint32_t xxh32(const uint8_t *bytes, uint64_t length);
uint32_t memoryDigest(const uint8_t *bytes, uint64_t length, uint32_t *chunks);
