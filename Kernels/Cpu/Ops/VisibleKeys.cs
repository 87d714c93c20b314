using System.Runtime.CompilerServices;

namespace SpecExecNative.Kernels.Cpu.Ops;

/// <summary>The keys that one row sees, numbered in order of position: what is left of its prefix, then its path.</summary>
internal readonly unsafe struct VisibleKeys(int firstPosition, int count, int prefix, int* path)
{
    public int Count => count;

    /// <summary>Where key <paramref name="index"/> (0 … <see cref="Count"/> − 1) lies.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int Slot(int index)
    {
        int position = firstPosition + index;
        return position < prefix ? position : path[position - prefix];
    }
}
