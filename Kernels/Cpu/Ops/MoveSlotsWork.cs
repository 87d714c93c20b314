using SpecExecNative.Kernels.Cpu.Threading;

namespace SpecExecNative.Kernels.Cpu.Ops;

/// <summary>Moves cache rows down to consecutive slots, in order; an item is one head of the keys or of the values.</summary>
internal unsafe struct MoveSlotsWork : IWork
{
    public KvView Cache;
    public int* Slots;
    public int Count;
    public int FirstDestination;

    public readonly void Execute(int item, int worker)
    {
        long bytes = (long)Cache.HeadDim * sizeof(float);
        for (int i = 0; i < Count; i++)
        {
            Buffer.MemoryCopy(Cache.Key(item, Slots[i]), Cache.Key(item, FirstDestination + i), bytes, bytes);
        }
    }
}
