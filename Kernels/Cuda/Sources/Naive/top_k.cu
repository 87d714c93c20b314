// top_k, naive: k times the greatest logit that comes after the last one found. Grid: M; one thread does a whole row.
#include "ptx.cuh"

// Whether (logit, id) comes before (otherLogit, otherId): greater, or equal with a lower id.
DEVICE bool comes_before(float logit, int id, float otherLogit, int otherId) {
  return logit > otherLogit || (logit == otherLogit && id < otherId);
}

KERNEL top_k(const float* logits, int rowStride, int vocabulary, float temperature, int k, int* ids, float* logProbabilities) {
  if (threadIdx.x != 0) {
    return;
  }
  const float* row = logits + static_cast<size_t>(blockIdx.x) * rowStride;
  ids += static_cast<size_t>(blockIdx.x) * k;
  logProbabilities += static_cast<size_t>(blockIdx.x) * k;

  float best = -infinity();
  bool isDistribution = true;
  for (int i = 0; i < vocabulary; i++) {
    best = fmaxf(best, row[i]);
    isDistribution &= row[i] < infinity(); // false for NaN
  }
  isDistribution &= best > -infinity();
  float sum = 0.f;
  for (int i = 0; i < vocabulary; i++) {
    sum += exp_approximate((row[i] - best) / temperature);
  }

  float lastLogit = infinity();
  int lastId = -1;
  for (int place = 0; place < k; place++) {
    int next = -1;
    for (int i = 0; i < vocabulary; i++) {
      if (comes_before(lastLogit, lastId, row[i], i) && (next < 0 || comes_before(row[i], i, row[next], next))) {
        next = i;
      }
    }
    ids[place] = isDistribution ? next : place;
    logProbabilities[place] = isDistribution ? fminf(0.f, (row[next] - best) / temperature - logf(sum)) : not_a_number();
    lastLogit = isDistribution ? row[next] : lastLogit;
    lastId = next;
  }
}
