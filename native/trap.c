/* Signals: a fault while emitted code runs becomes facts and goes on at the trampoline's exit. Anything else kills us. */
#include <signal.h>
#include <sys/mman.h>
#include "native.h"
#if defined(__x86_64__)
#include "x64.h"
#else
#include "arm64.h"
#endif

#define SIGNAL_STACK_BYTES 65536

static const int faultSignals[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGTRAP};

/* Handle and offset of the image that pc lies in; NO_HANDLE when in none. */
uint32_t codeAt(uint64_t pc, uint32_t *offset) {
  uint32_t high = objectsHigh(CODES);
  for (uint32_t i = 0; i < high; i++) {
    const Code *code = objectGet(CODES, i);
    if (!code || pc - (uint64_t)(uintptr_t)code->base >= code->size) continue;
    *offset = (uint32_t)(pc - (uint64_t)(uintptr_t)code->base);
    return i;
  }
  return NO_HANDLE;
}

static void classify(TrapFacts *facts, uint64_t address) {
  uint64_t guard = (uint64_t)(uintptr_t)stackBase - LIMIT_STACK_GUARD;
  facts->fault = FAULT_UNKNOWN;
  facts->address = address;
  if (address - guard < LIMIT_STACK_GUARD) {
    facts->fault = FAULT_STACK;
    facts->address = guard + LIMIT_STACK_GUARD + stackSize - address;
    return;
  }
  uint32_t high = objectsHigh(MEMORIES);
  for (uint32_t i = 0; i < high; i++) {
    const Memory *memory = objectGet(MEMORIES, i);
    if (!memory || address - (uint64_t)(uintptr_t)memory->desc.base >= LIMIT_RESERVATION_BYTES) continue;
    facts->fault = FAULT_MEMORY;
    facts->memory = i;
    facts->address = address - (uint64_t)(uintptr_t)memory->desc.base;
    return;
  }
}

static void onFault(int number, siginfo_t *info, void *data) {
  if (!nativeActivation.entered) {
    signal(number, SIG_DFL); /* ours: the instruction faults again and ends the process */
    return;
  }
  TrapFacts facts = {.status = STATUS_TRAP, .signal = (uint32_t)number, .memory = NO_HANDLE};
  facts.code = codeAt(contextPc(data), &facts.codeOffset);
  facts.origin = facts.code == NO_HANDLE ? ORIGIN_WILD : ORIGIN_CODE;
  if (number == SIGSEGV || number == SIGBUS) classify(&facts, (uint64_t)(uintptr_t)info->si_addr);
  nativeActivation.facts = facts;
  contextGoTo(data, nativeExit);
}

static void onTimer(int number, siginfo_t *info, void *data) {
  (void)number, (void)info;
  if (!nativeActivation.entered) return;
  TrapFacts facts = {.status = STATUS_TIMEOUT, .signal = SIGALRM, .memory = NO_HANDLE};
  facts.code = codeAt(contextPc(data), &facts.codeOffset);
  if (facts.code == NO_HANDLE) return; /* in a builtin: the timer fires again */
  nativeActivation.facts = facts;
  contextGoTo(data, nativeExit);
}

static _Thread_local void *signalStack;

bool trapThreadInit(void) {
  signalStack = mmap(NULL, SIGNAL_STACK_BYTES, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  stack_t stack = {.ss_sp = signalStack, .ss_size = SIGNAL_STACK_BYTES};
  return signalStack != MAP_FAILED && sigaltstack(&stack, NULL) == 0;
}

void trapThreadRelease(void) {
  stack_t none = {.ss_flags = SS_DISABLE};
  sigaltstack(&none, NULL);
  munmap(signalStack, SIGNAL_STACK_BYTES);
}

bool trapInit(void) {
  if (!trapThreadInit()) return false;
  struct sigaction action = {.sa_flags = SA_SIGINFO | SA_ONSTACK | SA_RESTART};
  sigfillset(&action.sa_mask);
  action.sa_sigaction = onFault;
  for (size_t i = 0; i < sizeof faultSignals / sizeof *faultSignals; i++)
    if (sigaction(faultSignals[i], &action, NULL) != 0) return false;
  action.sa_sigaction = onTimer;
  return sigaction(SIGALRM, &action, NULL) == 0;
}
