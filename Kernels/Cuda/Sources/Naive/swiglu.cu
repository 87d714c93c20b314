// swiglu, naive: output = silu(input gate^T) * (input up^T). A thread makes one output.
// Grid: (tiles of 4 rows, tiles of 8 columns).
#include "ptx.cuh"

DEVICE float dot(const u16* a, const u16* b, int count) {
  float sum = 0.f;
  for (int i = 0; i < count; i++) {
    sum += from_element(a[i]) * from_element(b[i]);
  }
  return sum;
}

KERNEL swiglu(const u16* input, const u16* gate, const u16* up, u16* output, int M, int N, int K, int weightStride) {
  const int m = blockIdx.x * TILE_ROWS + threadIdx.x / TILE_COLUMNS;
  const int n = blockIdx.y * TILE_COLUMNS + threadIdx.x % TILE_COLUMNS;
  if (m >= M || n >= N) {
    return;
  }
  const u16* row = input + static_cast<size_t>(m) * K;
  const float g = dot(row, gate + static_cast<size_t>(n) * weightStride, K);
  const float u = dot(row, up + static_cast<size_t>(n) * weightStride, K);
  output[static_cast<size_t>(m) * N + n] = to_element(g / (1.f + exp_approximate(-g)) * u);
}
