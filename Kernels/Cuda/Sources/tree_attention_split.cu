// tree_attention_split: tree attention in parts, for fewer rows than fill a card (flash decoding)
//   queries [M, queryHeads * HEAD_DIM]; keys, values [kvHead][slot][HEAD_DIM]: elements
//   partials f32 [split][M * queryHeads][HEAD_DIM]: sums of the part's weighted values, relative to its greatest score
//   statistics f32 [split][M * queryHeads][2]: that score times log2 e (-infinity: the row sees nothing here), sum of the weights
// attention_merge.cu makes one of them. Splits: gridDim.z, equal parts of what the tile sees, so that they are even whatever the
// cache has room for. The bits of a row depend on the number of splits and on its tile.
// What a token sees, and how the work is mapped: tree_attention.cuh.
//
// Bound: the bytes of keys and values (4 HEAD_DIM per position and kv head), and the latency of a block's walk.
#include "tree_attention.cuh"

KERNEL __launch_bounds__(THREADS, 2)
tree_attention_split(const u16* __restrict__ queries, const u16* __restrict__ keys, const u16* __restrict__ values,
                     const int* __restrict__ prefixLengths, const int* __restrict__ pathStarts, const int* __restrict__ pathSlots,
                     float* __restrict__ partials, float2* __restrict__ statistics, int M, int queryHeads, int kvHeads, int slots, int window, float scale) {
  const Batch batch{queries, keys, values, prefixLengths, pathStarts, pathSlots, M, queryHeads, kvHeads, slots, window, scale};
  Rows rows = {};
  attend(batch, rows, blockIdx.z, gridDim.z);

#pragma unroll
  for (int half = 0; half < 2; half++) {
    const float sum = row_sum(rows, half);
    if (rows.token[half] >= 0) {
      const size_t row = static_cast<size_t>(blockIdx.z) * M * queryHeads + batch.query_row(rows, half);
      if (lane_id() % 4 == 0) {
        statistics[row] = make_float2(rows.max[half], sum);
      }
#pragma unroll
      for (int chunk = 0; chunk < HEAD_DIM / ELEMENTS_PER_CHUNK; chunk++) {
        *reinterpret_cast<float2*>(partials + row * HEAD_DIM + chunk * ELEMENTS_PER_CHUNK + lane_id() % 4 * 2) =
            make_float2(rows.output[chunk][half * 2], rows.output[chunk][half * 2 + 1]);
      }
    }
  }
}
