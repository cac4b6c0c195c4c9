/* Recognises numbers in a text by states and keeps a CRC-16, in the manner of CoreMark; n rounds over 2 KiB. */
#include "kernel.h"
enum { START, INTEGER, SIGN, FRACTION, EXPONENT, SCALE, INVALID, STATES };
static char text[2049];
static u32 counts[STATES], moves[STATES];
static u16 crc16(u8 data, u16 crc) {
  for (int i = 0; i < 8; i++) { int carry = (data ^ crc) & 1; data >>= 1; crc = crc >> 1 ^ (carry ? 0xa001 : 0); }
  return crc;
}
static inline int digit(char c) { return c >= '0' && c <= '9'; }
static NOINLINE int token(const char **at) {
  int state = START;
  for (const char *s = *at; ; s++) {
    char c = *s;
    if (c == 0 || c == ',') { *at = c ? s + 1 : s; return state; }
    moves[state]++;
    switch (state) {
      case START: state = digit(c) ? INTEGER : c == '+' || c == '-' ? SIGN : c == '.' ? FRACTION : INVALID; break;
      case SIGN: state = digit(c) ? INTEGER : c == '.' ? FRACTION : INVALID; break;
      case INTEGER: state = c == '.' ? FRACTION : digit(c) ? INTEGER : c == 'e' ? EXPONENT : INVALID; break;
      case FRACTION: state = c == 'e' ? EXPONENT : digit(c) ? FRACTION : INVALID; break;
      case EXPONENT: state = c == '+' || c == '-' || digit(c) ? SCALE : INVALID; break;
      case SCALE: state = digit(c) ? SCALE : INVALID; break;
      default: break;
    }
  }
}
EXPORT double run(int n) {
  static const char alphabet[] = "0123456789.+-e,,";
  random_state = 31;
  for (int i = 0; i < 2048; i++) text[i] = alphabet[next_random() & 15];
  text[2048] = 0;
  for (int i = 0; i < STATES; i++) counts[i] = moves[i] = 0;
  u16 crc = 0;
  for (int r = 0; r < n; r++) {
    for (const char *at = text; *at;) counts[token(&at)]++;
    for (int i = 0; i < STATES; i++) { crc = crc16(counts[i], crc); crc = crc16(moves[i], crc); }
    text[r & 2047] = alphabet[r * 7 & 15];
  }
  return crc;
}
