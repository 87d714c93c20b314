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

    /// <summary>
    /// The magnitude from which on <see cref="LoadFast"/> may be wrong, or null if it never is.
    /// A loop may use it if it looks at the greatest magnitude afterwards.
    /// </summary>
    static abstract float? FastLimit { get; }

    /// <summary><see cref="Load"/>, as long as all magnitudes stay below <see cref="FastLimit"/>.</summary>
    static abstract TLanes LoadFast<TLanes>(byte* from)
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

    public static float? FastLimit => null;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLanes LoadFast<TLanes>(byte* from)
        where TLanes : unmanaged, ILanes<TLanes>
        => Load<TLanes>(from);
}

/// <summary>binary16.</summary>
internal readonly unsafe struct F16Weights : IWeightFormat
{
    public static int Bytes => 2;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLanes Load<TLanes>(byte* from)
        where TLanes : unmanaged, ILanes<TLanes>
        => TLanes.LoadF16((ushort*)from);

    public static float? FastLimit => Binary16.FirstSpecial;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLanes LoadFast<TLanes>(byte* from)
        where TLanes : unmanaged, ILanes<TLanes>
        => TLanes.LoadFiniteF16((ushort*)from);
}

/// <summary>bfloat16.</summary>
internal readonly unsafe struct BF16Weights : IWeightFormat
{
    public static int Bytes => 2;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLanes Load<TLanes>(byte* from)
        where TLanes : unmanaged, ILanes<TLanes>
        => TLanes.LoadBF16((ushort*)from);

    public static float? FastLimit => null;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLanes LoadFast<TLanes>(byte* from)
        where TLanes : unmanaged, ILanes<TLanes>
        => Load<TLanes>(from);
}
