/* Machine-specific bits for AArch64: registers of a signal context, CPU features. */
#pragma once
#include <stdint.h>
#include <sys/auxv.h>
#include <ucontext.h>
#include "layout.h"

#define ARCH_HERE ARCH_ARM64

static inline uint64_t contextPc(const ucontext_t *context) { return context->uc_mcontext.pc; }

/* The interrupted code goes on at `target`, which loads the stack pointer itself. */
static inline void contextGoTo(ucontext_t *context, void (*target)(void)) {
  context->uc_mcontext.pc = (uint64_t)(uintptr_t)target;
}

static inline uint32_t cpuFeatures(void) {
  unsigned long caps = getauxval(AT_HWCAP);
  uint32_t bits = 0;
  if (caps & (1ul << 8)) bits |= 1u << CPU_LSE;
  if (caps & (1ul << 9)) bits |= 1u << CPU_FP16;
  if (caps & (1ul << 20)) bits |= 1u << CPU_DOTPROD;
  return bits;
}
