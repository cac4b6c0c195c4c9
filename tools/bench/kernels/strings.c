/* Lengths, comparison, search, reversal and number formatting over C strings, n rounds. */
#include "kernel.h"
static char text[4096], word[32];
static NOINLINE int length(const char *s) { int n = 0; while (s[n]) n++; return n; }
static NOINLINE int compare(const char *a, const char *b) { while (*a && *a == *b) { a++; b++; } return (u8)*a - (u8)*b; }
static NOINLINE int search(const char *hay, const char *needle) {
  for (int i = 0; hay[i]; i++) { int j = 0; while (needle[j] && hay[i + j] == needle[j]) j++; if (!needle[j]) return i; }
  return -1;
}
static NOINLINE void format(char *to, u32 value) { char back[12]; int k = 0; do back[k++] = '0' + value % 10; while (value /= 10); while (k) *to++ = back[--k]; *to = 0; }
static NOINLINE void reverse(char *s) { for (int i = 0, j = length(s) - 1; i < j; i++, j--) { char t = s[i]; s[i] = s[j]; s[j] = t; } }
EXPORT double run(int n) {
  random_state = 29;
  for (int i = 0; i < 4095; i++) text[i] = '0' + next_random() % 10;
  text[4095] = 0;
  u32 hash = 1;
  for (int r = 0; r < n; r++) {
    format(word, next_random() % 10000);
    hash = mix(hash, search(text, word));
    hash = mix(hash, compare(text + (r & 1023), text + (r * 7 & 1023)));
    reverse(text);
    hash = mix(hash, length(text + (r & 255)));
  }
  return hash;
}
