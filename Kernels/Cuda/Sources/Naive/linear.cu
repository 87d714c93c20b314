// linear, naive: output[m][n] = sum over k of input[m][k] weight[n][k] + bias[n]. A thread makes one output.
// Grid: (tiles of 4 rows, tiles of 8 columns).
#include "ptx.cuh"

KERNEL linear(const u16* input, const u16* weight, const float* bias, void* output,
              int M, int N, int K, int weightStride, int outputMode) {
  const int m = blockIdx.x * TILE_ROWS + threadIdx.x / TILE_COLUMNS;
  const int n = blockIdx.y * TILE_COLUMNS + threadIdx.x % TILE_COLUMNS;
  if (m >= M || n >= N) {
    return;
  }
  float sum = 0.f;
  for (int k = 0; k < K; k++) {
    sum += from_element(input[static_cast<size_t>(m) * K + k]) * from_element(weight[static_cast<size_t>(n) * weightStride + k]);
  }
  if (bias != nullptr) {
    sum += bias[n];
  }
  const size_t at = static_cast<size_t>(m) * N + n;
  if (outputMode == 0) {
    static_cast<float*>(output)[at] = sum;
  } else if (outputMode == 1) {
    static_cast<float*>(output)[at] += sum;
  } else {
    static_cast<u16*>(output)[at] = to_element(sum);
  }
}
