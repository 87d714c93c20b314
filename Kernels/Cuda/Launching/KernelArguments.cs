using SpecExecNative.Kernels.Cuda.Interop;

namespace SpecExecNative.Kernels.Cuda.Launching;

/// <summary>The arguments of one launch, on the caller's stack: one 8-byte cell each, whatever their size.</summary>
internal unsafe ref struct KernelArguments
{
    /// <summary>Of the longest parameter list there is, and some.</summary>
    public const int Capacity = 24;

    private fixed ulong _cells[Capacity];

    /// <summary>How many there are.</summary>
    public int Count { get; private set; }

    /// <summary>The first cell.</summary>
    public readonly ref readonly ulong First => ref _cells[0];

    public void Add(DevicePointer pointer) => _cells[Next()] = pointer.Address;

    public void Add(int value) => _cells[Next()] = (uint)value;

    public void Add(float value) => _cells[Next()] = BitConverter.SingleToUInt32Bits(value);

    private int Next() => Count < Capacity ? Count++ : throw new InvalidOperationException($"A kernel has more than {Capacity} parameters.");
}
