using System.Runtime.CompilerServices;
using SpecExecNative.Kernels.Cpu.Simd;

namespace SpecExecNative.Kernels.Cpu.Linear;

/// <summary>How sixteen stored weights become sixteen floats.</summary>
internal unsafe interface IWeightFormat
{
    /// <summary>Bytes of one stored weight.</summary>
    static abstract int Bytes { get; }

    static abstract TLanes Load<TLanes>(byte* from)
        where TLanes : unmanaged, ILanes<TLanes>;
}

/// <summary>binary32.</summary>
internal readonly unsafe struct F32Weights : IWeightFormat
{
    public static int Bytes => 4;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLanes Load<TLanes>(byte* from)
        where TLanes : unmanaged, ILanes<TLanes>
        => TLanes.Load((float*)from);
}

/// <summary>binary16.</summary>
internal readonly unsafe struct F16Weights : IWeightFormat
{
    public static int Bytes => 2;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLanes Load<TLanes>(byte* from)
        where TLanes : unmanaged, ILanes<TLanes>
        => TLanes.LoadF16((ushort*)from);
}

/// <summary>bfloat16.</summary>
internal readonly unsafe struct BF16Weights : IWeightFormat
{
    public static int Bytes => 2;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLanes Load<TLanes>(byte* from)
        where TLanes : unmanaged, ILanes<TLanes>
        => TLanes.LoadBF16((ushort*)from);
}
