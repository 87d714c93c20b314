// rotate_and_store, naive. Grid: (M, queryHeads + 2 kvHeads); one thread does a whole head.
#include "ptx.cuh"

KERNEL rotate_and_store(const float* qkv, const float* queryNorm, const float* keyNorm, float epsilon,
                        const float* rope, const int* positions, const int* slots,
                        u16* keys, u16* values, int slotCapacity, u16* queries,
                        int queryHeads, int kvHeads, int headDim) {
  if (threadIdx.x != 0) {
    return;
  }
  const int row = blockIdx.x, head = blockIdx.y, heads = queryHeads + 2 * kvHeads;
  const bool isQuery = head < queryHeads, isValue = head >= queryHeads + kvHeads;
  const float* x = qkv + (static_cast<size_t>(row) * heads + head) * headDim;

  const int kvHead = (head - queryHeads) % kvHeads;
  u16* cached = (isValue ? values : keys) + (static_cast<size_t>(kvHead) * slotCapacity + slots[row]) * headDim;
  u16* output = isQuery ? queries + (static_cast<size_t>(row) * queryHeads + head) * headDim : cached;
  if (isValue) {
    for (int i = 0; i < headDim; i++) {
      output[i] = to_element(x[i]);
    }
    return;
  }

  const float* norm = isQuery ? queryNorm : keyNorm;
  float squares = 0.f;
  for (int i = 0; i < headDim; i++) {
    squares += x[i] * x[i];
  }
  const float root = sqrtf(squares / headDim + epsilon);
  const float* angles = rope + static_cast<size_t>(positions[row]) * headDim;
  const int half = headDim / 2;
  for (int i = 0; i < half; i++) {
    const float first = norm == nullptr ? x[i] : x[i] / root * norm[i];
    const float second = norm == nullptr ? x[i + half] : x[i + half] / root * norm[i + half];
    const float cosine = angles[i], sine = angles[i + half];
    output[i] = to_element(first * cosine - second * sine);
    output[i + half] = to_element(second * cosine + first * sine);
  }
}
