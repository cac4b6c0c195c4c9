/*
 * Unwinding: an exception goes from the frame that throws to the nearest landing pad, by tables alone. A frame is known by
 * the return address into it: the image's tables give its shape and what is special about the call. Nothing here names a
 * machine: where the return address lies and where a frame ends are facts of the tables (engine/src/compiler/unwind.ts).
 *
 * C frames are never unwound. Where a host function called back, the walk goes on in the host thunk that called the host
 * function, and the C frames between are forgotten with their part of the stack.
 */
#include "host.h"

typedef struct {
  uint64_t pc;     /* return address into the frame */
  uint64_t behind; /* SP of the frame after that return, before what the callee dropped is made up for */
} Walk;

/* The last of rows of three words whose first is at most `offset`; false when there is none. */
static bool rowAtOrBefore(const uint8_t *rows, uint32_t count, uint32_t offset, uint32_t row[3]) {
  uint32_t low = 0, high = count;
  while (low < high) {
    uint32_t middle = low + (high - low) / 2;
    if (wordAt(rows, middle * 3ull) <= offset) low = middle + 1;
    else high = middle;
  }
  if (low) memcpy(row, rows + (low - 1) * 12ull, 12);
  return low != 0;
}

/* The walk has left what the tables explain: the code is miscompiled, or the stack is overwritten. */
static _Noreturn void lost(void) {
  nativeActivation.facts = (TrapFacts){.status = STATUS_TRAP, .origin = ORIGIN_WILD, .code = NO_HANDLE, .memory = NO_HANDLE};
  nativeExit();
}

static _Noreturn void leaveUncaught(uint64_t exception) {
  nativeActivation.facts = (TrapFacts){
    .status = STATUS_EXCEPTION, .address = exception, .code = NO_HANDLE, .memory = NO_HANDLE};
  nativeExit();
}

static bool onStack(uint64_t address) {
  uint64_t low = (uint64_t)(uintptr_t)stackBase;
  return address % 8 == 0 && address >= low && address - low <= stackSize - 8;
}

/* The host thunk behind the entry thunk of a call back. */
static bool behindHost(Walk *walk) {
  const HostFrame *frame = hostUnwind();
  if (!frame) return false;
  *walk = (Walk){frame->returnAddress, frame->sp};
  return true;
}

_Noreturn void unwindThrow(VmContext *vmctx, uint64_t exception, uint64_t returnAddress, uint64_t sp) {
  (void)vmctx;
  Walk walk = {returnAddress, sp};
  for (;;) {
    uint32_t offset;
    uint32_t handle = codeAt(walk.pc - 1, &offset); /* a call may end the image */
    if (handle == NO_HANDLE) lost();
    const Code *code = objectGet(CODES, handle);
    const UnwindRows *rows = &code->unwind;
    uint32_t frame[3], site[3];
    if (!rowAtOrBefore(rows->frames, rows->frameCount, offset, frame)) lost();
    if (frame[1] == UNWIND_NONE) {
      if (!behindHost(&walk)) leaveUncaught(exception);
      continue;
    }
    bool isSpecial = rowAtOrBefore(rows->sites, rows->siteCount, offset + 1, site) && site[0] == offset + 1;
    uint64_t at = walk.behind - (isSpecial ? site[2] : 0);
    if (isSpecial && site[1] != UNWIND_NONE) nativeLand((uint64_t)(uintptr_t)code->base + site[1], at, exception);
    if (!onStack(at + frame[1])) lost();
    walk = (Walk){*(const uint64_t *)(uintptr_t)(at + frame[1]), at + frame[2]};
  }
}

/* Whether rows of three are in rising order of offsets within the code; `pads`: the second word is an offset too. */
static bool rowsAreSound(const uint8_t *rows, uint32_t count, uint64_t size, bool pads) {
  for (uint64_t i = 0; i < count; i++) {
    uint32_t offset = wordAt(rows, i * 3), second = wordAt(rows, i * 3 + 1);
    if (offset > size || (i > 0 && offset <= wordAt(rows, i * 3 - 3))) return false;
    if (pads && second != UNWIND_NONE && second >= size) return false;
  }
  return true;
}

bool unwindIsSound(const UnwindRows *rows, uint64_t codeBytes) {
  return rowsAreSound(rows->frames, rows->frameCount, codeBytes, false) &&
         rowsAreSound(rows->sites, rows->siteCount, codeBytes, true);
}
