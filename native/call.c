/* Entering emitted code on its own stack, with a time-out, and leaving it from a builtin. */
#include <signal.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>
#include "native.h"

#define RETRY_NANOSECONDS 5000000 /* a time-out that hits C code tries again after this */

_Thread_local Activation nativeActivation;
_Thread_local uint8_t *stackBase;
_Thread_local uint64_t stackSize;
static _Thread_local timer_t timer;

/* Signals this thread, not just any of the process. */
static bool timerInit(void) {
  struct sigevent event = {.sigev_notify = SIGEV_THREAD_ID, .sigev_signo = SIGALRM};
  event._sigev_un._tid = gettid();
  return timer_create(CLOCK_MONOTONIC, &event, &timer) == 0;
}

bool stackInit(uint64_t size) {
  uint8_t *map = mmap(NULL, size + LIMIT_STACK_GUARD, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (map == MAP_FAILED) return false;
  if (mprotect(map + LIMIT_STACK_GUARD, size, PROT_READ | PROT_WRITE) != 0) return false;
  stackBase = map + LIMIT_STACK_GUARD;
  stackSize = size;
  return timerInit();
}

void stackRelease(void) {
  timer_delete(timer);
  munmap(stackBase - LIMIT_STACK_GUARD, stackSize + LIMIT_STACK_GUARD);
}

uint64_t stackLimit(void) { return (uint64_t)(uintptr_t)stackBase + LIMIT_STACK_RESERVE; }

static void setTimer(uint32_t ms) {
  struct itimerspec when = {
    .it_interval = {0, ms ? RETRY_NANOSECONDS : 0},
    .it_value = {ms / 1000, ms % 1000 * 1000000},
  };
  timer_settime(timer, 0, &when, NULL);
}

uint64_t monotonicNow(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (uint64_t)now.tv_sec * 1000000000 + (uint64_t)now.tv_nsec;
}

/* Calls an entry thunk; timeoutMs 0 means no time-out. The facts' status is STATUS_OK, _TRAP or _TIMEOUT. */
const TrapFacts *callEnter(const void *entry, uint64_t vmctx, uint64_t code, uint64_t *slots, uint32_t timeoutMs) {
  nativeActivation.facts = (TrapFacts){.status = STATUS_OK, .code = NO_HANDLE, .memory = NO_HANDLE};
  nativeActivation.entered = 1;
  nativeActivation.deadline = timeoutMs ? monotonicNow() + timeoutMs * 1000000ull : 0;
  if (timeoutMs) setTimer(timeoutMs);
  nativeEnter(entry, vmctx, code, slots, stackBase + stackSize);
  if (timeoutMs) setTimer(0);
  nativeActivation.entered = 0;
  return (const TrapFacts *)&nativeActivation.facts;
}

static _Noreturn void leave(uint32_t status, uint32_t trapCode, const void *returnAddress) {
  uint32_t offset = 0;
  uint32_t code = codeAt((uint64_t)(uintptr_t)returnAddress - 1, &offset); /* a call may end the image */
  nativeActivation.facts = (TrapFacts){
    .status = status,
    .origin = code == NO_HANDLE ? ORIGIN_WILD : ORIGIN_BUILTIN,
    .trapCode = trapCode,
    .code = code,
    .codeOffset = offset + 1,
    .memory = NO_HANDLE,
  };
  nativeExit();
}

_Noreturn void trapLeave(uint32_t trapCode, const void *returnAddress) {
  leave(STATUS_TRAP, trapCode, returnAddress);
}

_Noreturn void timeoutLeave(const void *returnAddress) { leave(STATUS_TIMEOUT, 0, returnAddress); }
_Noreturn void resourceLeave(const void *returnAddress) { leave(STATUS_RESOURCE, 0, returnAddress); }
