namespace SpecExecNative.Kernels;

/// <summary>How the inputs of an int4 matrix are grouped.</summary>
/// <param name="Size">Neighbouring inputs that share a scale and a zero; as many as there are inputs: one group per row.</param>
/// <param name="HasZeros">False: every zero is 8, and is not kept.</param>
public readonly record struct Int4Groups(int Size, bool HasZeros)
{
    /// <summary>The zero of matrices without zeros.</summary>
    public const int Middle = 8;

    /// <summary>Groups of a row with so many inputs.</summary>
    public int Count(int columns) => columns == 0 ? 0 : ((columns - 1) / Size) + 1;
}
