using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
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
    // Keys visited by all query heads of a group before the next: their vectors stay in the nearest cache.
    private const int BlockKeys = 64;

    public float* Queries;
    public float* Output;
    public KvView Cache;
    public int QueryHeads;
    public int Window;
    public float Scale;
    public int* PrefixLengths;
    public int* PathStarts;
    public int* PathSlots;

    /// <summary>Column c of a row's output stands in this column; null: in its own.</summary>
    public int* Places;

    /// <summary>One block of <see cref="ScratchFloats"/> for each worker.</summary>
    public float* Scratch;

    /// <summary>At least the most keys that a row sees.</summary>
    public int MaxKeys;

    /// <summary>Scores of one worker: for each query head of a group <see cref="MaxKeys"/>, and their sum behind them; then, with places, the heads' output.</summary>
    public readonly long ScratchFloats => (Group * ScoreStride) + (Places is null ? 0 : Group * Cache.HeadDim);

    private readonly long SumAt => ScoreStride - 1;

    private readonly int Group => QueryHeads / Cache.KvHeads;

    // Three scores of room for the last four keys, and the sum.
    private readonly long ScoreStride => (long)MaxKeys + 4;

    public readonly void Execute(int item, int worker)
    {
        int row = item / Cache.KvHeads;
        int kvHead = item % Cache.KvHeads;
        int prefix = PrefixLengths[row];
        int keys = prefix + PathStarts[row + 1] - PathStarts[row];
        int first = Math.Max(0, keys - Window);
        VisibleKeys visible = new(first, keys - first, prefix, PathSlots + PathStarts[row]);
        float* scores = Scratch + (worker * ScratchFloats);
        long at = (((long)row * QueryHeads) + (kvHead * Group)) * Cache.HeadDim;

        for (int block = 0; block < visible.Count; block += BlockKeys)
        {
            Score(visible, block, kvHead, Queries + at, scores);
        }

        for (int head = 0; head < Group; head++)
        {
            float* headScores = scores + (head * ScoreStride);
            headScores[SumAt] = Softmax.ExpInPlace<TLanes>(headScores, visible.Count);
        }

        float* output = Places is null ? Output + at : scores + (Group * ScoreStride);
        new Span<float>(output, Group * Cache.HeadDim).Clear();
        for (int block = 0; block < visible.Count; block += BlockKeys)
        {
            AddValues(visible, block, kvHead, scores, output);
        }

        for (int head = 0; head < Group; head++)
        {
            Divide(output + (head * Cache.HeadDim), scores[(head * ScoreStride) + SumAt]);
        }

        if (Places is not null)
        {
            Place(output, row, kvHead);
        }
    }

    private readonly void Place(float* heads, int row, int kvHead)
    {
        int columns = Group * Cache.HeadDim;
        float* output = Output + ((long)row * QueryHeads * Cache.HeadDim);
        int* places = Places + (kvHead * columns);
        for (int column = 0; column < columns; column++)
        {
            output[places[column]] = heads[column];
        }
    }

    /// <summary>scores[head][key] = q · k / √headDim, four keys at a time; behind the last key its score is repeated.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private readonly void Score(VisibleKeys visible, int firstKey, int kvHead, float* queries, float* scores)
    {
        int last = visible.Count - 1;
        int end = Math.Min(visible.Count, firstKey + BlockKeys);
        float* keys = Cache.Key(kvHead, 0);
        for (int key = firstKey; key < end; key += 4)
        {
            float* key0 = keys + ((long)visible.Slot(key) * Cache.HeadDim);
            float* key1 = keys + ((long)visible.Slot(Math.Min(key + 1, last)) * Cache.HeadDim);
            float* key2 = keys + ((long)visible.Slot(Math.Min(key + 2, last)) * Cache.HeadDim);
            float* key3 = keys + ((long)visible.Slot(Math.Min(key + 3, last)) * Cache.HeadDim);
            float* query = queries;
            float* to = scores + key;
            for (int head = 0; head < Group; head++)
            {
                Vector128<float> dots = LaneMath.Dots<TLanes>(query, key0, key1, key2, key3, Cache.HeadDim);
                (dots * Scale).Store(to);
                query += Cache.HeadDim;
                to += ScoreStride;
            }
        }
    }

    /// <summary>output[head] += Σ score · value, key after key.</summary>
    private readonly void AddValues(VisibleKeys visible, int firstKey, int kvHead, float* scores, float* output)
    {
        int end = Math.Min(visible.Count, firstKey + BlockKeys);
        for (int head = 0; head < Group; head++, scores += ScoreStride, output += Cache.HeadDim)
        {
            int at = 0;
            for (; at <= Cache.HeadDim - (4 * LaneMath.Width); at += 4 * LaneMath.Width)
            {
                AddFour(visible, firstKey, end, kvHead, at, scores, output);
            }

            for (; at < Cache.HeadDim; at += LaneMath.Width)
            {
                AddOne(visible, firstKey, end, kvHead, at, scores, output);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private readonly void AddFour(VisibleKeys visible, int firstKey, int end, int kvHead, int at, float* scores, float* output)
    {
        const int width = LaneMath.Width;
        float* to = output + at;
        TLanes sum0 = TLanes.Load(to);
        TLanes sum1 = TLanes.Load(to + width);
        TLanes sum2 = TLanes.Load(to + (2 * width));
        TLanes sum3 = TLanes.Load(to + (3 * width));
        float* values = Cache.Value(kvHead, 0) + at;
        for (int key = firstKey; key < end; key++)
        {
            float* value = values + ((long)visible.Slot(key) * Cache.HeadDim);
            TLanes score = TLanes.Broadcast(scores[key]);
            sum0 = TLanes.MultiplyAdd(score, TLanes.Load(value), sum0);
            sum1 = TLanes.MultiplyAdd(score, TLanes.Load(value + width), sum1);
            sum2 = TLanes.MultiplyAdd(score, TLanes.Load(value + (2 * width)), sum2);
            sum3 = TLanes.MultiplyAdd(score, TLanes.Load(value + (3 * width)), sum3);
        }

        TLanes.Store(sum0, to);
        TLanes.Store(sum1, to + width);
        TLanes.Store(sum2, to + (2 * width));
        TLanes.Store(sum3, to + (3 * width));
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private readonly void AddOne(VisibleKeys visible, int firstKey, int end, int kvHead, int at, float* scores, float* output)
    {
        int count = Cache.HeadDim - at;
        TLanes sum = LaneMath.LoadUpTo<TLanes>(output + at, count);
        float* values = Cache.Value(kvHead, 0) + at;
        for (int key = firstKey; key < end; key++)
        {
            float* value = values + ((long)visible.Slot(key) * Cache.HeadDim);
            sum = TLanes.MultiplyAdd(TLanes.Broadcast(scores[key]), LaneMath.LoadUpTo<TLanes>(value, count), sum);
        }

        LaneMath.StoreUpTo(sum, output + at, count);
    }

    private readonly void Divide(float* head, float sum)
    {
        foreach (ref float value in new Span<float>(head, Cache.HeadDim))
        {
            value /= sum;
        }
    }
}
