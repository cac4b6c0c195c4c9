/* Encodes 3 KiB to base64 and decodes it again, n times. */
#include "kernel.h"
static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
static u8 input[3072], text[4096], output[3072], value[256];
EXPORT double run(int n) {
  random_state = 13;
  for (int i = 0; i < 3072; i++) input[i] = next_random();
  for (int i = 0; i < 64; i++) value[(u8)digits[i]] = i;
  u32 hash = 1;
  for (int r = 0; r < n; r++) {
    for (int i = 0, o = 0; i < 3072; i += 3, o += 4) {
      u32 w = input[i] << 16 | input[i + 1] << 8 | input[i + 2];
      text[o] = digits[w >> 18]; text[o + 1] = digits[w >> 12 & 63]; text[o + 2] = digits[w >> 6 & 63]; text[o + 3] = digits[w & 63];
    }
    for (int i = 0, o = 0; i < 4096; i += 4, o += 3) {
      u32 w = value[text[i]] << 18 | value[text[i + 1]] << 12 | value[text[i + 2]] << 6 | value[text[i + 3]];
      output[o] = w >> 16; output[o + 1] = w >> 8; output[o + 2] = w;
    }
    for (int i = 0; i < 3072; i++) if (output[i] != input[i]) return -1;
    hash = mix(hash, text[r & 4095]);
    input[r % 3072]++;
  }
  return hash;
}
