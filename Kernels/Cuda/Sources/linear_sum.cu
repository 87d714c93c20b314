// linear_sum: output = the slices' products in order of slice + bias, or added to what is there: the second half of linear in slices
//   sums f32 [slice][M][N]; bias f32 [N] or null; output [M, N] by outputMode: 0 stores float32, 1 adds to float32, 2 stores elements
// Grid: (pairs of columns / THREADS, M); a thread makes two neighbouring outputs. Bound: the bytes of the sums, most of them in the cache.
#include "store.cuh"

KERNEL __launch_bounds__(THREADS)
linear_sum(const float* __restrict__ sums, const float* __restrict__ bias, void* output, int M, int N, int slices, int outputMode) {
  const int row = blockIdx.y, column = (blockIdx.x * THREADS + threadIdx.x) * 2;
  if (column >= N) {
    return;
  }
  const float* at = sums + static_cast<size_t>(row) * N + column;
  float2 total = {};
  for (int slice = 0; slice < slices; slice++, at += static_cast<size_t>(M) * N) {
    const float2 part = N % 2 == 0 ? *reinterpret_cast<const float2*>(at) : make_float2(at[0], column + 1 < N ? at[1] : 0.f);
    total.x += part.x;
    total.y += part.y;
  }
  LinearStore{bias, output, N, outputMode}(row, column, total.x, total.y);
}
