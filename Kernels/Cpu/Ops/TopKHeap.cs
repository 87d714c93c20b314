namespace SpecExecNative.Kernels.Cpu.Ops;

/// <summary>A binary heap over two parallel arrays with the worst entry (least logit, then highest id) at the root.</summary>
internal unsafe struct TopKHeap(int* ids, float* logits, int capacity)
{
    private int _count;

    /// <summary>The least logit kept.</summary>
    public readonly float Worst => logits[0];

    /// <summary>Adds an entry; there must be room.</summary>
    public void Add(int id, float logit)
    {
        int at = _count++;
        while (at > 0)
        {
            int parent = (at - 1) / 2;
            if (!IsWorse(logit, id, logits[parent], ids[parent]))
            {
                break;
            }

            (ids[at], logits[at]) = (ids[parent], logits[parent]);
            at = parent;
        }

        (ids[at], logits[at]) = (id, logit);
    }

    /// <summary>Drops the root for a better entry.</summary>
    public readonly void ReplaceWorst(int id, float logit) => SiftDown(id, logit, capacity);

    /// <summary>Turns the full heap into a list, best first.</summary>
    public readonly void Sort()
    {
        for (int last = capacity - 1; last > 0; last--)
        {
            (int id, float logit) = (ids[last], logits[last]);
            (ids[last], logits[last]) = (ids[0], logits[0]);
            SiftDown(id, logit, last);
        }
    }

    private readonly void SiftDown(int id, float logit, int count)
    {
        int at = 0;
        while (true)
        {
            int child = (2 * at) + 1;
            if (child >= count)
            {
                break;
            }

            if (child + 1 < count && IsWorse(logits[child + 1], ids[child + 1], logits[child], ids[child]))
            {
                child++;
            }

            if (!IsWorse(logits[child], ids[child], logit, id))
            {
                break;
            }

            (ids[at], logits[at]) = (ids[child], logits[child]);
            at = child;
        }

        (ids[at], logits[at]) = (id, logit);
    }

    private static bool IsWorse(float logit, int id, float otherLogit, int otherId)
        => logit < otherLogit || (logit == otherLogit && id > otherId);
}
