// tree_attention, naive: softmax(scale q k^T) v over a token's prefix and path. Grid: (M * group, kvHeads): a block has one
// token and query head, a thread every 32nd number of its output. Every thread computes every score anew.
#include "ptx.cuh"

DEVICE float dot(const u16* a, const u16* b) {
  float sum = 0.f;
  for (int i = 0; i < HEAD_DIM; i++) {
    sum += from_element(a[i]) * from_element(b[i]);
  }
  return sum;
}

KERNEL tree_attention(const u16* queries, const u16* keys, const u16* values,
                      const int* prefixLengths, const int* pathStarts, const int* pathSlots,
                      u16* output, int M, int queryHeads, int kvHeads, int slots, int window, float scale, const int* places) {
  const int group = queryHeads / kvHeads, token = blockIdx.x / group, kvHead = blockIdx.y;
  const size_t at = (static_cast<size_t>(token) * queryHeads + kvHead * group + blockIdx.x % group) * HEAD_DIM;
  const size_t head = static_cast<size_t>(kvHead) * slots * HEAD_DIM;
  const int prefix = prefixLengths[token], start = pathStarts[token];
  const int end = prefix + pathStarts[token + 1] - start;
  const int first = window > 0 ? larger(0, end - window) : 0;
  const auto offset = [&](int position) {
    const int slot = position < prefix ? position : pathSlots[start + position - prefix];
    return head + static_cast<size_t>(slot) * HEAD_DIM;
  };

  float best = -infinity();
  for (int position = first; position < end; position++) {
    best = fmaxf(best, dot(queries + at, keys + offset(position)) * scale);
  }
  for (int d = threadIdx.x; d < HEAD_DIM; d += blockDim.x) {
    float sum = 0.f, weighted = 0.f;
    for (int position = first; position < end; position++) {
      const float weight = exp_approximate(dot(queries + at, keys + offset(position)) * scale - best);
      sum += weight;
      weighted += weight * from_element(values[offset(position) + d]);
    }
    const size_t row = at / HEAD_DIM / queryHeads * queryHeads * HEAD_DIM;
    output[places == nullptr ? at + d : row + places[at - row + d]] = to_element(weighted / sum);
  }
}
