/* The deterministic host script. */
#pragma once
#include "frame.h"

typedef struct {
  uint32_t kind;
  uint32_t index; /* memory or callback */
  uint32_t limit; /* write: width; call: depth; trap: after */
  uint64_t address;
  uint64_t value; /* write: value; grow: pages */
  uint32_t argCount;
  const uint8_t *argTypes; /* HOST_TYPE codes */
  const uint8_t *args;     /* u64 each */
} HostAction;

typedef struct HostFunction {
  FuncRef func; /* first: a pointer to the HostFunction is its funcref */
  VmContext vmctx;
  uint32_t index, paramCount, resultCount, actionCount;
  uint32_t calls; /* so far */
  const uint8_t *params, *results; /* HOST_TYPE codes */
  HostAction *actions;
} HostFunction;

/* Whether all of the types are known: each value takes one slot. */
bool hostTypesKnown(const uint8_t *types, uint32_t count);
/* Executes the script of `host`; a trap leaves with `returnAddress` as its place. */
void hostCall(HostFunction *host, uint64_t *slots, const void *returnAddress);
/* Depth 0 again, before a call from outside. */
void hostStart(void);

/* A host function in progress: the call of builtin hostCall in its thunk, whose stack pointer is where the slots begin. */
typedef struct HostFrame {
  struct HostFrame *outer;
  uint64_t returnAddress, sp;
} HostFrame;

/* An exception leaves the innermost host function in progress; NULL when there is none. */
const HostFrame *hostUnwind(void);

/* An export that scripts may call back; func NO_HANDLE when the module has none of that name or its types do not fit. */
typedef struct {
  uint32_t func, code, codeOffset, paramCount, resultCount;
  const uint8_t *params, *results;
} HostCallback;

/* What scripts see of the module that was instantiated last. */
typedef struct {
  uint32_t memoryCount, callbackCount;
  Memory **memories;
  HostCallback *callbacks;
} HostExports;

/* A new world: no trace, no exports. */
void hostReset(uint32_t seed);
void hostExportsSet(const HostExports *exports);
/* Writes calls, hash, entry count, entries. */
bool hostTracePut(Writer *out);
