using System.Runtime.CompilerServices;
using SpecExecNative.Kernels.Cpu.Simd;
using SpecExecNative.Kernels.Cpu.Threading;

namespace SpecExecNative.Kernels.Cpu.Ops;

/// <summary>
/// The k greatest logits of a row by a heap whose root is the worst kept, built in the output itself; an item is one row.
/// </summary>
internal unsafe struct TopKWork<TLanes> : IWork
    where TLanes : unmanaged, ILanes<TLanes>
{
    public float* Logits;
    public int Stride;
    public int Vocabulary;
    public float InverseTemperature;
    public int K;
    public int* Ids;
    public float* LogProbabilities;

    public readonly void Execute(int item, int worker)
    {
        float* logits = Logits + ((long)item * Stride);
        float max = LaneMath.Max<TLanes>(logits, Vocabulary);
        if (!float.IsFinite(max))
        {
            RefuseRow(item);
            return;
        }

        float logSum = MathF.Log(Softmax.SumExp<TLanes>(logits, Vocabulary, max, InverseTemperature));
        TopKHeap heap = new(Ids + ((long)item * K), LogProbabilities + ((long)item * K), K);
        Select(logits, heap);
        heap.Sort();

        float* values = LogProbabilities + ((long)item * K);
        for (int i = 0; i < K; i++)
        {
            values[i] = Math.Min(0f, ((values[i] - max) * InverseTemperature) - logSum);
        }
    }

    private readonly void RefuseRow(int item)
    {
        for (int i = 0; i < K; i++)
        {
            Ids[((long)item * K) + i] = i;
            LogProbabilities[((long)item * K) + i] = float.NaN;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private readonly void Select(float* logits, TopKHeap heap)
    {
        for (int id = 0; id < K; id++)
        {
            heap.Add(id, logits[id]);
        }

        int i = K;
        TLanes threshold = TLanes.Broadcast(heap.Worst);
        for (; i <= Vocabulary - LaneMath.Width; i += LaneMath.Width)
        {
            if (TLanes.AnyGreater(TLanes.Load(logits + i), threshold))
            {
                Offer(logits, i, LaneMath.Width, heap);
                threshold = TLanes.Broadcast(heap.Worst);
            }
        }

        Offer(logits, i, Vocabulary - i, heap);
    }

    // Ids ascend, so a later equal logit never displaces an earlier one.
    private static void Offer(float* logits, int firstId, int count, TopKHeap heap)
    {
        for (int id = firstId; id < firstId + count; id++)
        {
            if (logits[id] > heap.Worst)
            {
                heap.ReplaceWorst(id, logits[id]);
            }
        }
    }
}
