namespace SpecExecNative.Kernels.Cpu.Ops;

/// <summary>Addresses within one layer of F32 keys and values, <c>[k|v][kvHead][slot][headDim]</c>.</summary>
internal readonly unsafe struct KvView(float* start, KvCacheLayer layer)
{
    public int KvHeads { get; } = layer.KvHeads;

    public int Slots { get; } = layer.Slots;

    public int HeadDim { get; } = layer.HeadDim;

    public float* Key(int head, int slot) => start + ((((long)head * Slots) + slot) * HeadDim);

    public float* Value(int head, int slot) => Key(KvHeads + head, slot);
}
