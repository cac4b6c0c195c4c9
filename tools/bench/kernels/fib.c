/* The n-th Fibonacci number by recursion: nothing but calls. */
#include "kernel.h"
static NOINLINE int fib(int n) { return n < 2 ? n : fib(n - 1) + fib(n - 2); }
EXPORT double run(int n) { return fib(n); }
