// rms_norm, naive: output = input / sqrt(mean(input^2) + epsilon) * weight. Grid: M; one thread does a whole row.
#include "ptx.cuh"

KERNEL rms_norm(const float* input, const float* weight, float epsilon, void* output, int D, int outputIsElement, const int* order) {
  if (threadIdx.x != 0) {
    return;
  }
  const size_t start = static_cast<size_t>(blockIdx.x) * D;
  float squares = 0.f;
  for (int d = 0; d < D; d++) {
    squares += input[start + d] * input[start + d];
  }
  for (int d = 0; d < D; d++) {
    const int from = order == nullptr ? d : order[d];
    const float value = input[start + from] / sqrtf(squares / D + epsilon) * weight[from];
    if (outputIsElement) {
      static_cast<u16*>(output)[start + d] = to_element(value);
    } else {
      static_cast<float*>(output)[start + d] = value;
    }
  }
}
