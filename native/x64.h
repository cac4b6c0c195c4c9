/* Machine-specific bits for x86-64: registers of a signal context, CPU features. */
#pragma once
#include <cpuid.h>
#include <stdint.h>
#include <ucontext.h>
#include "layout.h"

#define ARCH_HERE ARCH_X64

static inline uint64_t contextPc(const ucontext_t *context) { return (uint64_t)context->uc_mcontext.gregs[REG_RIP]; }

/* The interrupted code goes on at `target`, which loads the stack pointer itself. */
static inline void contextGoTo(ucontext_t *context, void (*target)(void)) {
  context->uc_mcontext.gregs[REG_RIP] = (greg_t)(uintptr_t)target;
}

static inline uint32_t cpuFeatures(void) {
  uint32_t bits = 0;
  __builtin_cpu_init();
  if (__builtin_cpu_supports("sse3")) bits |= 1u << CPU_SSE3;
  if (__builtin_cpu_supports("ssse3")) bits |= 1u << CPU_SSSE3;
  if (__builtin_cpu_supports("sse4.1")) bits |= 1u << CPU_SSE41;
  if (__builtin_cpu_supports("sse4.2")) bits |= 1u << CPU_SSE42;
  if (__builtin_cpu_supports("popcnt")) bits |= 1u << CPU_POPCNT;
  if (__builtin_cpu_supports("avx")) bits |= 1u << CPU_AVX;
  if (__builtin_cpu_supports("avx2")) bits |= 1u << CPU_AVX2;
  if (__builtin_cpu_supports("bmi")) bits |= 1u << CPU_BMI1;
  if (__builtin_cpu_supports("bmi2")) bits |= 1u << CPU_BMI2;
  if (__builtin_cpu_supports("fma")) bits |= 1u << CPU_FMA;
  if (__builtin_cpu_supports("avx512f")) bits |= 1u << CPU_AVX512F;
  unsigned a, b, c, d;
  if (__get_cpuid(0x80000001, &a, &b, &c, &d) && (c & (1u << 5))) bits |= 1u << CPU_LZCNT;
  if (__builtin_cpu_supports("avx") && __get_cpuid(1, &a, &b, &c, &d) && (c & (1u << 29))) bits |= 1u << CPU_F16C;
  return bits;
}
