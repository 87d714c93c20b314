using System.Runtime.CompilerServices;
using SpecExecNative.Kernels.Cpu.Simd;

namespace SpecExecNative.Kernels.Cpu.Linear;

/// <summary>What the nibbles of a group mean, for sixteen outputs.</summary>
/// <typeparam name="TLanes">Width of the registers.</typeparam>
internal readonly unsafe struct Int4Grid<TLanes>
    where TLanes : unmanaged, ILanes<TLanes>
{
    private readonly TLanes _scale;

    /// <summary>−(128 + zero) · scale.</summary>
    private readonly TLanes _even;

    /// <summary>−(2048 + zero) · scale.</summary>
    private readonly TLanes _odd;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private Int4Grid(TLanes scale, TLanes zero)
    {
        _scale = scale;
        _even = (TLanes.Broadcast(-Nibble.EvenBase) - zero) * scale;
        _odd = (TLanes.Broadcast(-Nibble.OddBase) - zero) * scale;
    }

    /// <summary>A group's.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Int4Grid<TLanes> Of(byte* panel, PanelShape shape, int group)
    {
        ushort* scales = Int4Panels.Scales(panel, shape, group);
        return new(TLanes.LoadF16(scales), TLanes.LoadFiniteF16(scales + WeightPanels.Width));
    }

    /// <summary>The weights whose even nibbles are in their place.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLanes Even(TLanes placed) => TLanes.MultiplyAdd(TLanes.WithBits(placed, Nibble.EvenMask, Nibble.EvenBits), _scale, _even);

    /// <summary>The weights whose odd nibbles are in their place.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLanes Odd(TLanes placed) => TLanes.MultiplyAdd(TLanes.WithBits(placed, Nibble.OddMask, Nibble.OddBits), _scale, _odd);

    /// <summary>The weights of one input: a nibble (0 … 7) of sixteen words.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLanes Weight(TLanes words, int nibble)
    {
        TLanes placed = TLanes.ShiftWords(words, Nibble.LeftShift(nibble));
        return nibble % 2 == 0 ? Even(placed) : Odd(placed);
    }
}
