// rms_norm: output = input / sqrt(mean(input^2) + epsilon) * weight   (Zhang & Sennrich 2019)
//   input f32 [M, D], weight f32 [D], output f32 or, with outputIsElement, elements [M, D]; f32 may be in place
//   order i32 [D] or null: column i of the output is column order[i] of what it were without; then not in place
//
// Grid: M; a block has one row, thread i its floats 4 i ... 4 i + 3, then those 4 THREADS further on. It reads them twice,
// the second time from the cache, and writes no others, so in place is safe.
// The order of the sum depends on D alone. Division and square root are rounded correctly.
// Bound: 6 D (8 D) bytes per row.
#include "ptx.cuh"
#include "quads.cuh"
#include "reduce.cuh"

KERNEL __launch_bounds__(THREADS)
rms_norm(const float* input, const float* __restrict__ weight, float epsilon, void* output, int D, int outputIsElement, const int* __restrict__ order) {
  const size_t start = static_cast<size_t>(blockIdx.x) * D;
  const FloatRow row(input + start, D);
  float squares = 0.f;
  for (int quad = threadIdx.x; quad < row.quads(); quad += THREADS) {
    float x[4];
    row.load(x, quad, 0.f);
#pragma unroll
    for (int i = 0; i < 4; i++) {
      squares = fmaf(x[i], x[i], squares);
    }
  }
  const float factor = 1.f / sqrtf(block_sum<THREADS / WARP>(squares) / D + epsilon);

  for (int quad = threadIdx.x; quad < row.quads(); quad += THREADS) {
    float x[4];
    row.load(x, quad, 0.f);
#pragma unroll
    for (int i = 0; i < 4; i++) {
      const int column = quad * 4 + i;
      if (column < D) {
        const int from = order == nullptr ? column : order[column];
        const float value = (order == nullptr ? x[i] : row.values[from]) * factor * weight[from];
        if (outputIsElement) {
          static_cast<u16*>(output)[start + column] = to_element(value);
        } else {
          static_cast<float*>(output)[start + column] = value;
        }
      }
    }
  }
}
