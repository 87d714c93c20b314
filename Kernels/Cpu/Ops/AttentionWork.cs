using System.Runtime.CompilerServices;
using SpecExecNative.Kernels.Cpu.Simd;
using SpecExecNative.Kernels.Cpu.Threading;

namespace SpecExecNative.Kernels.Cpu.Ops;

/// <summary>
/// Softmax attention of one row and one kv head (with the query heads that share it) per item. Keys are numbered by
/// position; whether position j lies in slot j of the prefix or in some slot of the path changes nothing but the address.
/// </summary>
internal unsafe struct AttentionWork<TLanes> : IWork
    where TLanes : unmanaged, ILanes<TLanes>
{
    public float* Queries;
    public float* Output;
    public KvView Cache;
    public int QueryHeads;
    public int Window;
    public float Scale;
    public int* PrefixLengths;
    public int* PathStarts;
    public int* PathSlots;

    /// <summary>One block per worker: <see cref="ScratchPerWorker"/> scores.</summary>
    public float* Scratch;

    /// <summary>At least the longest row's keys.</summary>
    public long ScratchPerWorker;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public readonly void Execute(int item, int worker)
    {
        int row = item / Cache.KvHeads;
        int kvHead = item % Cache.KvHeads;
        int group = QueryHeads / Cache.KvHeads;
        int prefix = PrefixLengths[row];
        int* path = PathSlots + PathStarts[row];
        int keys = prefix + PathStarts[row + 1] - PathStarts[row];
        int first = Math.Max(0, keys - Window);
        float* scores = Scratch + (worker * ScratchPerWorker);
        for (int head = kvHead * group; head < (kvHead + 1) * group; head++)
        {
            long at = (((long)row * QueryHeads) + head) * Cache.HeadDim;
            for (int position = first; position < keys; position++)
            {
                int slot = position < prefix ? position : path[position - prefix];
                scores[position - first] = LaneMath.Dot<TLanes>(Queries + at, Cache.Key(kvHead, slot), Cache.HeadDim) * Scale;
            }

            float sum = Softmax.ExpInPlace<TLanes>(scores, keys - first);
            Span<float> output = new(Output + at, Cache.HeadDim);
            output.Clear();
            for (int position = first; position < keys; position++)
            {
                int slot = position < prefix ? position : path[position - prefix];
                AddScaled(scores[position - first], Cache.Value(kvHead, slot), Output + at, Cache.HeadDim);
            }

            foreach (ref float value in output)
            {
                value /= sum;
            }
        }
    }

    private static void AddScaled(float factor, float* value, float* sum, int count)
    {
        int i = 0;
        for (; i <= count - LaneMath.Width; i += LaneMath.Width)
        {
            TLanes.Store(TLanes.MultiplyAdd(TLanes.Broadcast(factor), TLanes.Load(value + i), TLanes.Load(sum + i)), sum + i);
        }

        for (; i < count; i++)
        {
            sum[i] = MathF.FusedMultiplyAdd(factor, value[i], sum[i]);
        }
    }
}
