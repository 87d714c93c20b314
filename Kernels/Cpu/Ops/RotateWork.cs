using System.Runtime.CompilerServices;
using SpecExecNative.Kernels.Cpu.Simd;
using SpecExecNative.Kernels.Cpu.Threading;

namespace SpecExecNative.Kernels.Cpu.Ops;

/// <summary>Query/key norm, RoPE and the store of keys and values; an item is one row.</summary>
internal unsafe struct RotateWork<TLanes> : IWork
    where TLanes : unmanaged, ILanes<TLanes>
{
    public float* Qkv;
    public float* QueryNorm;
    public float* KeyNorm;
    public float Epsilon;
    public float* Rope;
    public int* Positions;
    public int* Slots;
    public KvView Cache;
    public float* Queries;
    public int QueryHeads;

    public readonly void Execute(int item, int worker)
    {
        int headDim = Cache.HeadDim;
        float* source = Qkv + ((long)item * (QueryHeads + (2 * Cache.KvHeads)) * headDim);
        float* rope = Rope + ((long)Positions[item] * headDim);
        float* queries = Queries + ((long)item * QueryHeads * headDim);
        for (int head = 0; head < QueryHeads; head++, source += headDim)
        {
            NormaliseAndRotate(source, QueryNorm, rope, queries + (head * headDim));
        }

        for (int head = 0; head < Cache.KvHeads; head++, source += headDim)
        {
            NormaliseAndRotate(source, KeyNorm, rope, Cache.Key(head, Slots[item]));
        }

        for (int head = 0; head < Cache.KvHeads; head++, source += headDim)
        {
            Buffer.MemoryCopy(source, Cache.Value(head, Slots[item]), headDim * sizeof(float), headDim * sizeof(float));
        }
    }

    private readonly void NormaliseAndRotate(float* head, float* norm, float* rope, float* output)
    {
        if (norm is not null)
        {
            RmsNormWork<TLanes>.Normalise(head, norm, Epsilon, output, Cache.HeadDim);
            head = output;
        }

        Rotate(head, rope, output, Cache.HeadDim / 2);
    }

    /// <summary>(x, y) → (x·cos − y·sin, y·cos + x·sin) for the pairs (i, i + half).</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Rotate(float* input, float* rope, float* output, int half)
    {
        int i = 0;
        for (; i <= half - LaneMath.Width; i += LaneMath.Width)
        {
            TLanes x = TLanes.Load(input + i);
            TLanes y = TLanes.Load(input + half + i);
            TLanes cos = TLanes.Load(rope + i);
            TLanes sin = TLanes.Load(rope + half + i);
            TLanes.Store(TLanes.MultiplyAdd(x, cos, TLanes.Broadcast(-0f) - (y * sin)), output + i);
            TLanes.Store(TLanes.MultiplyAdd(y, cos, x * sin), output + half + i);
        }

        for (; i < half; i++)
        {
            float x = input[i];
            float y = input[half + i];
            float cos = rope[i];
            float sin = rope[half + i];
            output[i] = MathF.FusedMultiplyAdd(x, cos, -0f - (y * sin));
            output[half + i] = MathF.FusedMultiplyAdd(y, cos, x * sin);
        }
    }
}
