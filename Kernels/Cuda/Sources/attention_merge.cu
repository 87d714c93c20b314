// attention_merge: the second half of tree attention in parts
//   output = sum_s 2^(max_s - max) partial_s / sum_s 2^(max_s - max) sum_s, max = max_s max_s
//   partials f32 [split][rows][headDim], statistics f32 [split][rows][2] (max, sum), output elements [rows][headDim]
//   rows are (token, query head); places i32 [queryHeads * headDim] or null: column c of a token's output goes to column places[c]
// Grid: rows; a warp has one row, a lane every 32nd pair of elements. Parts are added in their order: the same bits on every run.
// Bound: the bytes of the partials, most of them in the cache.
#include "placed.cuh"

KERNEL __launch_bounds__(THREADS)
attention_merge(const float* __restrict__ partials, const float2* __restrict__ statistics, u16* __restrict__ output, int rows, int headDim, int splits, int queryHeads, const int* __restrict__ places) {
  const int row = blockIdx.x;
  float max = -infinity(), sum = 0.f;
  for (int split = 0; split < splits; split++) {
    max = fmaxf(max, statistics[static_cast<size_t>(split) * rows + row].x);
  }
  for (int split = 0; split < splits; split++) {
    const float2 part = statistics[static_cast<size_t>(split) * rows + row];
    sum += part.x == -infinity() ? 0.f : exp2_approximate(part.x - max) * part.y;
  }
  const float factor = 1.f / sum;
  const Placed out(output, places, row, queryHeads, headDim);
  for (int column = 2 * lane_id(); column < headDim; column += 2 * WARP) {
    float2 total = {};
    for (int split = 0; split < splits; split++) {
      const size_t at = static_cast<size_t>(split) * rows + row;
      const float partMax = statistics[at].x;
      if (partMax != -infinity()) { // the others are zero
        const float weight = exp2_approximate(partMax - max);
        const float2 part = *reinterpret_cast<const float2*>(partials + at * headDim + column);
        total.x += weight * part.x;
        total.y += weight * part.y;
      }
    }
    out.store(column, total.x * factor, total.y * factor);
  }
}
