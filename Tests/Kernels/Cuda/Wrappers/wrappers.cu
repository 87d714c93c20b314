// Every wrapper of ptx.cuh that hides an instruction whose exact behaviour matters, once, on given inputs: what a card
// answers is recorded, and the emulator is held to it. One warp a block; words are 32 bits.
//   input  [block][lane][16]: 0-3 a, 4-5 b, 6-9 sums (f32), 10 an element (low half), 11-12 x, y (f32)
//   output [block][lane][16]: 0-3 sums after a * b, 4-7 the tile of all lanes' words 0-3 as matrices, 8-11 transposed,
//                             12 (x, y) as elements, 13 x as element, 14 the element as f32, 15 exp2(x)
// The tile comes by copy_chunk; the last lane's row is asked for as invalid, i.e. zero.
#include "ptx.cuh"

KERNEL __launch_bounds__(WARP) wrappers(const u32* input, u32* output) {
  __shared__ __align__(16) u8 tile[WARP * CHUNK_BYTES];
  const int lane = lane_id();
  const u32* in = input + (blockIdx.x * WARP + lane) * 16;
  u32* out = output + (blockIdx.x * WARP + lane) * 16;

  const u32 a[4] = {in[0], in[1], in[2], in[3]};
  float sums[4] = {__uint_as_float(in[6]), __uint_as_float(in[7]), __uint_as_float(in[8]), __uint_as_float(in[9])};
  multiply_accumulate(sums, a, in[4], in[5]);

  copy_chunk(tile + lane * CHUNK_BYTES, in, lane != WARP - 1);
  close_copies();
  wait_for_copies<0>();
  __syncwarp();
  u32 matrices[4], transposed[4];
  load_matrices(matrices, tile + lane * CHUNK_BYTES);
  load_matrices_transposed(transposed, tile + lane * CHUNK_BYTES);
  for (int i = 0; i < 4; i++) {
    out[i] = __float_as_uint(sums[i]);
    out[4 + i] = matrices[i];
    out[8 + i] = transposed[i];
  }

  const float x = __uint_as_float(in[11]), y = __uint_as_float(in[12]);
  out[12] = to_elements(x, y);
  out[13] = to_element(x);
  out[14] = __float_as_uint(from_element(static_cast<u16>(in[10])));
  out[15] = __float_as_uint(exp2_approximate(x));
}
