// collect: destination[i] = source[i], out of mapped host memory
//   source, destination u32 [words]
//
// What a draft step is told (tokens, positions, paths) is some kilobytes. A copy engine would bring it only behind the layer of the
// target that it is at: eight milliseconds of a step that takes four. A kernel reads it past the engine.
//
// Grid: as many blocks as it takes, a few at most; a thread copies every (THREADS * blocks)-th word.
// Bound: the link's latency, 1 to 2 us, then its rate.
#include "ptx.cuh"

KERNEL __launch_bounds__(THREADS) collect(const u32* source, u32* destination, int words) {
  for (int i = blockIdx.x * THREADS + threadIdx.x; i < words; i += gridDim.x * THREADS) {
    destination[i] = read_from_host(source + i);
  }
}
