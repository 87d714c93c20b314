// Patterns of synchronisation, legal and illegal, that the emulator must judge rightly under every schedule.
// legal_*: no finding. illegal_*: the finding that ConcurrencyPatternTests names.
// patterns.ptx beside this file is what NVRTC 12.4 makes of it with
//   --gpu-architecture=sm_80 --std=c++17 -lineinfo
// so the tests need no compiler. Every kernel runs with 4 blocks of 64 threads; g has 4096 ints, of which the first 2048
// are zero and the others have never been written.
typedef unsigned int u32;
typedef unsigned char u8;
#define KERNEL(name) extern "C" __global__ void __launch_bounds__(64) name(int* g)
#define T ((int)threadIdx.x)
#define LANE (T & 31)
#define OUT g[256 + blockIdx.x * 64 + T]
#define FULL 0xffffffffu

__device__ __forceinline__ u32 shared_address(const void* p) {
  u32 r;
  asm("{ .reg .u64 t; cvta.to.shared.u64 t, %1; cvt.u32.u64 %0, t; }" : "=r"(r) : "l"(p));
  return r;
}
__device__ __forceinline__ void copy4(void* to, const void* from) {
  asm volatile("cp.async.ca.shared.global [%0], [%1], 4;" ::"r"(shared_address(to)), "l"(from) : "memory");
}
__device__ __forceinline__ void copy16(void* to, const void* from, u32 bytes) {
  asm volatile("cp.async.cg.shared.global [%0], [%1], 16, %2;" ::"r"(shared_address(to)), "l"(from), "r"(bytes) : "memory");
}
__device__ __forceinline__ void commit() { asm volatile("cp.async.commit_group;" ::: "memory"); }
template <int N> __device__ __forceinline__ void wait() { asm volatile("cp.async.wait_group %0;" ::"n"(N) : "memory"); }
__device__ __forceinline__ void meet(int barrier, int threads) { asm volatile("bar.sync %0, %1;" ::"r"(barrier), "r"(threads) : "memory"); }
__device__ __forceinline__ void signal(int barrier, int threads) { asm volatile("bar.arrive %0, %1;" ::"r"(barrier), "r"(threads) : "memory"); }

// ---- within a warp ----
KERNEL(legal_syncwarp) { __shared__ int s[64]; s[T] = T; __syncwarp(); OUT = s[T ^ 1]; }
KERNEL(illegal_no_syncwarp) { __shared__ int s[64]; s[T] = T; OUT = s[T ^ 1]; }
KERNEL(illegal_syncwarp_across_warps) { __shared__ int s[64]; s[T] = 0; __syncthreads(); s[T] = T; __syncwarp(); OUT = s[T ^ 32]; }
KERNEL(illegal_shuffle_is_no_fence) { __shared__ int s[64]; s[T] = T; int v = __shfl_xor_sync(FULL, T, 1); OUT = s[T ^ 1] + v; }
KERNEL(legal_partial_syncwarp) {
  __shared__ int s[64];
  s[T] = T;
  if (LANE < 16) { __syncwarp(0x0000ffffu); OUT = s[T ^ 1]; }
  else { __syncwarp(0xffff0000u); OUT = s[T ^ 2]; }
}
KERNEL(illegal_partial_syncwarp_across_halves) {
  __shared__ int s[64];
  s[T] = T;
  if (LANE < 16) { __syncwarp(0x0000ffffu); OUT = s[T ^ 16]; }
  else { __syncwarp(0xffff0000u); OUT = s[T ^ 1]; }
}
KERNEL(legal_half_warp_shuffle) { int v = T; if (LANE < 16) v += __shfl_xor_sync(0x0000ffffu, v, 8); __syncwarp(); OUT = v; }
KERNEL(illegal_shuffle_in_half_a_warp) { int v = T; if (LANE < 16) v += __shfl_xor_sync(FULL, v, 8); __syncthreads(); OUT = v; }
KERNEL(illegal_shuffle_from_lanes_that_left) { if (T >= 40) return; OUT = __shfl_xor_sync(FULL, T, 16); }
KERNEL(legal_lanes_in_a_row) {
  __shared__ volatile int turn[2];
  if (LANE == 0) turn[T >> 5] = 0;
  __syncwarp();
  for (int lane = 0; lane < 32; lane++) {
    if (LANE == lane) { while (turn[T >> 5] != lane) {} OUT = lane; turn[T >> 5] = lane + 1; }
  }
}

// ---- within a block ----
KERNEL(legal_histogram) { __shared__ int s[8]; if (T < 8) s[T] = 0; __syncthreads(); atomicAdd(&s[T & 7], 1); __syncthreads(); if (T < 8) atomicAdd(&g[T], s[T]); }
KERNEL(illegal_histogram_without_atomics) { __shared__ int s[8]; if (T < 8) s[T] = 0; __syncthreads(); s[T & 7] += 1; __syncthreads(); if (T < 8) atomicAdd(&g[T], s[T]); }
KERNEL(illegal_histogram_not_cleared) { __shared__ int s[8]; atomicAdd(&s[T & 7], 1); __syncthreads(); if (T < 8) atomicAdd(&g[T], s[T]); }
KERNEL(legal_early_exit) { __shared__ int s[64]; if (T >= 40) return; s[T] = T; __syncthreads(); OUT = s[39 - T]; }
KERNEL(legal_bytes) { __shared__ u8 s[64]; s[T] = (u8)T; __syncthreads(); OUT = s[63 - T]; reinterpret_cast<u8*>(g)[4096 + blockIdx.x * 64 + T] = (u8)T; }
KERNEL(legal_ping_pong) { __shared__ int s[2][64]; s[0][T] = T; __syncthreads(); for (int i = 0; i < 9; i++) { s[(i + 1) & 1][T] = s[i & 1][(T + 1) & 63]; __syncthreads(); } OUT = s[1][T]; }
KERNEL(illegal_ping_pong_in_one_buffer) { __shared__ int s[64]; s[T] = T; __syncthreads(); for (int i = 0; i < 9; i++) { s[T] = s[(T + 1) & 63]; __syncthreads(); } OUT = s[T]; }
KERNEL(legal_read_then_write) { __shared__ int s[64]; s[T] = T; __syncthreads(); int v = s[63 - T]; __syncthreads(); s[T] = v; __syncthreads(); OUT = s[T]; }
KERNEL(illegal_read_then_write) { __shared__ int s[64]; s[T] = T; __syncthreads(); int v = s[63 - T]; s[T] = v; __syncthreads(); OUT = s[T]; }
KERNEL(illegal_late_reader_of_many) {
  // Both warps read all of it; the second warp writes while the first may still read.
  __shared__ int s[32];
  if (T < 32) s[T] = T;
  __syncthreads();
  int v = s[LANE];
  __syncwarp();
  if (T >= 32) s[LANE] = v + 1;
  OUT = v;
}
KERNEL(legal_broadcast) { __shared__ int s[1]; if (T == 0) s[0] = 5; __syncthreads(); OUT = s[0]; }
KERNEL(illegal_two_writers) { __shared__ int s[32]; s[LANE] = T; __syncthreads(); OUT = s[LANE]; }
KERNEL(illegal_unwritten_slot) { __shared__ int s[64]; if (T != 63) s[T] = T; __syncthreads(); OUT = s[63 - T]; }
KERNEL(illegal_shared_out_of_bounds) { __shared__ int s[64]; s[T + (T == 63)] = T; __syncthreads(); OUT = s[0]; }
KERNEL(illegal_local_out_of_bounds) { int l[4]; for (int i = 0; i < 4; i++) l[i] = T * i; OUT = l[(T & 3) + (T == 7)]; }
KERNEL(legal_reductions) {
  int count = __syncthreads_count(T & 1), all = __syncthreads_and(T >= 0), any = __syncthreads_or(T == 63);
  OUT = count * 100 + (all != 0) * 10 + (any != 0);
}
KERNEL(illegal_barrier_of_one_warp) { __shared__ int s[64]; s[T] = T; if (T < 32) __syncthreads(); OUT = s[T]; __syncthreads(); }
KERNEL(illegal_barrier_of_some_lanes) { if (LANE < 16) __syncthreads(); else { asm volatile("bar.sync 0;" ::: "memory"); OUT = 1; } OUT = 2; }
KERNEL(illegal_spin_on_a_waiting_thread) { if (T == 0) { while (atomicAdd(&g[0], 0) == 0) {} } else if (T == 1) { __syncthreads(); } }
KERNEL(legal_named_barriers) {
  // The first warp produces into two slots, the second consumes: full and empty barriers for each slot.
  __shared__ int slot[2][32];
  if (T < 32) {
    for (int i = 0; i < 8; i++) {
      if (i >= 2) meet(3 + (i & 1), 64);
      slot[i & 1][LANE] = i * 32 + LANE;
      signal(1 + (i & 1), 64);
    }
  } else {
    int sum = 0;
    for (int i = 0; i < 8; i++) {
      meet(1 + (i & 1), 64);
      sum += slot[i & 1][31 - LANE];
      if (i < 6) signal(3 + (i & 1), 64);
    }
    OUT = sum;
  }
}
KERNEL(illegal_named_barriers_without_empty) {
  __shared__ int slot[2][32];
  if (T < 32) {
    for (int i = 0; i < 8; i++) { slot[i & 1][LANE] = i * 32 + LANE; signal(1 + (i & 1), 64); if (i & 1) meet(5, 64); }
  } else {
    int sum = 0;
    for (int i = 0; i < 8; i++) { meet(1 + (i & 1), 64); if (i & 1) signal(5, 64); sum += slot[i & 1][31 - LANE]; }
    OUT = sum;
  }
}
KERNEL(illegal_named_barrier_nobody_signals) { if (T < 32) meet(1, 64); OUT = T; }
KERNEL(legal_volatile_flag) {
  __shared__ int data[32];
  __shared__ volatile int flag;
  if (T == 0) flag = 0;
  __syncthreads();
  if (T < 32) {
    data[LANE] = LANE;
    __threadfence_block();
    __syncwarp();
    if (T == 0) flag = 1;
  } else {
    if (LANE == 0) { while (flag == 0) {} }
    __threadfence_block();
    __syncwarp();
    OUT = data[31 - LANE];
  }
}
KERNEL(illegal_flag_without_fence) {
  __shared__ int data[32];
  __shared__ volatile int flag;
  if (T == 0) flag = 0;
  __syncthreads();
  if (T < 32) { data[LANE] = LANE; __syncwarp(); if (T == 0) flag = 1; }
  else { if (LANE == 0) { while (flag == 0) {} } __syncwarp(); OUT = data[31 - LANE]; }
}

// ---- between blocks ----
KERNEL(illegal_grid_counter) { if (T == 0) g[0] += 1; }
KERNEL(legal_grid_counter) { if (T == 0) atomicAdd(&g[0], 1); }
KERNEL(legal_last_block) {
  __shared__ int last;
  g[1024 + blockIdx.x * 64 + T] = T;
  __threadfence();
  __syncthreads();
  if (T == 0) last = atomicAdd(&g[0], 1) == (int)gridDim.x - 1;
  __syncthreads();
  if (last) { int s = 0; for (int b = 0; b < (int)gridDim.x; b++) s += g[1024 + b * 64 + T]; g[512 + T] = s; }
}
KERNEL(illegal_last_block_without_fence) {
  __shared__ int last;
  g[1024 + blockIdx.x * 64 + T] = T;
  __syncthreads();
  if (T == 0) last = atomicAdd(&g[0], 1) == (int)gridDim.x - 1;
  __syncthreads();
  if (last) { int s = 0; for (int b = 0; b < (int)gridDim.x; b++) s += g[1024 + b * 64 + T]; g[512 + T] = s; }
}
KERNEL(illegal_two_blocks_write) { g[256 + T] = T; }
KERNEL(illegal_write_what_others_read) { int v = g[256 + T]; if (blockIdx.x == 3) g[256 + T] = v + 1; else OUT = v; }
KERNEL(legal_in_place) { OUT = OUT + 1; }
KERNEL(illegal_global_neighbour) { g[256 + blockIdx.x * 64 + T] = T; g[512 + blockIdx.x * 64 + T] = g[256 + blockIdx.x * 64 + (T ^ 1)]; }
KERNEL(legal_global_neighbour) { g[256 + blockIdx.x * 64 + T] = T; __syncthreads(); g[512 + blockIdx.x * 64 + T] = g[256 + blockIdx.x * 64 + (T ^ 1)]; }
KERNEL(illegal_unwritten_global) { OUT = g[2048 + T]; }
KERNEL(illegal_global_out_of_bounds) { OUT = g[4096 + T]; }
KERNEL(illegal_misaligned) { OUT = *reinterpret_cast<int*>(reinterpret_cast<char*>(g) + 4 * T + 2); }
KERNEL(illegal_null) { reinterpret_cast<int*>((unsigned long long)g[0])[T] = 1; }
KERNEL(illegal_shared_address_as_global) {
  __shared__ int s[64];
  s[T] = T;
  asm volatile("st.global.u32 [%0], %1;" ::"l"(&s[T]), "r"(T) : "memory");
}
KERNEL(illegal_generic_address_as_shared) {
  __shared__ int s[64];
  asm volatile("st.shared.u32 [%0], %1;" ::"l"(&s[T]), "r"(T) : "memory");
}

// ---- asynchronous copies ----
KERNEL(legal_pipeline) {
  __shared__ __align__(16) int s[2][64];
  int sum = 0;
  copy4(&s[0][T], g + T);
  commit();
  for (int i = 0; i < 8; i++) {
    if (i + 1 < 8) copy4(&s[(i + 1) & 1][T], g + (i + 1) * 64 + T);
    commit();
    wait<1>();
    __syncthreads();
    sum += s[i & 1][63 - T];
    __syncthreads();
  }
  g[1024 + blockIdx.x * 64 + T] = sum;
}
KERNEL(illegal_pipeline_waits_too_little) {
  __shared__ __align__(16) int s[2][64];
  int sum = 0;
  copy4(&s[0][T], g + T);
  commit();
  for (int i = 0; i < 8; i++) {
    if (i + 1 < 8) copy4(&s[(i + 1) & 1][T], g + (i + 1) * 64 + T);
    commit();
    wait<2>();
    __syncthreads();
    sum += s[i & 1][63 - T];
    __syncthreads();
  }
  g[1024 + blockIdx.x * 64 + T] = sum;
}
KERNEL(illegal_pipeline_without_barrier) {
  __shared__ __align__(16) int s[64];
  copy4(&s[T], g + T);
  commit();
  wait<0>();
  OUT = s[T ^ 32];
}
KERNEL(illegal_refill_under_readers) {
  __shared__ __align__(16) int s[64];
  int sum = 0;
  for (int i = 0; i < 4; i++) {
    copy4(&s[T], g + i * 64 + T);
    commit();
    wait<0>();
    __syncthreads();
    sum += s[63 - T];
  }
  g[1024 + blockIdx.x * 64 + T] = sum;
}
KERNEL(legal_copy_fills_with_zeros) {
  __shared__ __align__(16) int s[64];
  if (T < 16) copy16(&s[4 * T], g + 4 * T, T < 8 ? 16 : 0);
  commit();
  wait<0>();
  __syncthreads();
  OUT = s[T];
}
KERNEL(illegal_copy_source_too_large) { __shared__ __align__(16) int s[64]; if (T < 16) copy16(&s[4 * T], g + 4 * T, 20); commit(); wait<0>(); __syncthreads(); OUT = s[T]; }
