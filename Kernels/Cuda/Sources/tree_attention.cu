// tree_attention: softmax(scale * q k^T) v of each row over its prefix and path, in order of position.
//   queries, output [M, queryHeads * HEAD_DIM]; keys, values [kvHead][slot][HEAD_DIM]: elements
//   places i32 [queryHeads * HEAD_DIM] or null: column c of the output goes to column places[c]
// What a token sees, how the work is mapped, and why a row has the same bits in every batch: tree_attention.cuh.
//
// Bound: tensor cores for many rows, else the bytes of keys and values (4 HEAD_DIM per position and kv head).
#include "placed.cuh"
#include "tree_attention.cuh"

KERNEL __launch_bounds__(THREADS, 2)
tree_attention(const u16* __restrict__ queries, const u16* __restrict__ keys, const u16* __restrict__ values,
               const int* __restrict__ prefixLengths, const int* __restrict__ pathStarts, const int* __restrict__ pathSlots,
               u16* __restrict__ output, int M, int queryHeads, int kvHeads, int slots, int window, float scale, const int* __restrict__ places) {
  const Batch batch{queries, keys, values, prefixLengths, pathStarts, pathSlots, M, queryHeads, kvHeads, slots, window, scale};
  Rows rows = {};
  attend(batch, rows, 0, 1);

#pragma unroll
  for (int half = 0; half < 2; half++) {
    const float sum = row_sum(rows, half);
    if (rows.token[half] >= 0) {
      const float factor = 1.f / sum;
      const Placed out(output, places, batch.query_row(rows, half), queryHeads, HEAD_DIM);
#pragma unroll
      for (int chunk = 0; chunk < HEAD_DIM / ELEMENTS_PER_CHUNK; chunk++) {
        out.store(chunk * ELEMENTS_PER_CHUNK + lane_id() % 4 * 2, rows.output[chunk][half * 2] * factor, rows.output[chunk][half * 2 + 1] * factor);
      }
    }
  }
}
