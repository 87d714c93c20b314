// dequantize: W = (q - zero) * scale of a packed 4-bit matrix [N, K] as elements, for groups of any size
//   packed: nibbles, scales and zeros as int4_weights.cuh has them; output elements [N, outputStride], zero behind column K
// What the kernels of 4-bit weights do in registers, readable: they give the bits of a dense product with this. Also the way of matrices
// whose groups those kernels do not know.
// Grid: (N, outputStride / THREADS); a thread makes one element. Bound: the bytes of the output.
#include "int4.cuh"

KERNEL __launch_bounds__(THREADS)
dequantize(const u8* __restrict__ packed, u16* __restrict__ output, int N, int K, int groupSize, int hasZeros, int outputStride) {
  const int row = blockIdx.x, column = blockIdx.y * THREADS + threadIdx.x;
  if (column >= outputStride) {
    return;
  }
  const int paddedRows = ceil_div(N, 16) * 16, blockColumns = ceil_div(K, 64), groups = ceil_div(K, groupSize);
  const u16* scales = reinterpret_cast<const u16*>(packed + static_cast<size_t>(paddedRows / 16) * blockColumns * INT4_BLOCK_BYTES);
  const u8* zeros = reinterpret_cast<const u8*>(scales + static_cast<size_t>(groups) * paddedRows);
  float value = 0.f;
  if (column < K) {
    const u8* block = packed + (static_cast<size_t>(row / 16) * blockColumns + column / 64) * INT4_BLOCK_BYTES;
    const int lane = row % 8 * 4 + column % 8 / 2, word = column % 64 / 32 * 2 + row % 16 / 8, nibble = column % 32 / 8 + column % 2 * 4;
    const int q = reinterpret_cast<const u32*>(block)[lane * 4 + word] >> 4 * nibble & 15;
    const size_t group = static_cast<size_t>(column / groupSize) * paddedRows + row;
    value = (q - (hasZeros ? zeros[group] : 8)) * from_element(scales[group]);
  }
  output[static_cast<size_t>(row) * outputStride + column] = to_element(value);
}
