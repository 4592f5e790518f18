// Gives every protection something to protect: a buffer on the stack that a checked function fills, and a frame of more
// than one page.
#include <cstdio>
#include <cstring>

void fill(char* buffer, const char* text);

int main(int count, char** words) {
  char small[16];
  std::strcpy(small, words[count - 1]);  // _FORTIFY_SOURCE makes this __strcpy_chk, the buffer needs a guard
  char large[64 * 1024];                 // the stack is touched page by page
  fill(large, small);
  return std::puts(large) < 0;
}

[[gnu::noinline]] void fill(char* buffer, const char* text) { std::snprintf(buffer, 64 * 1024, "%s", text); }
