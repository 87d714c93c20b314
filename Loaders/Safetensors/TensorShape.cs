namespace SpecExecNative.Loaders.Safetensors;

/// <summary>Shapes in messages.</summary>
public static class TensorShape
{
    private const int MaxShown = 16;

    /// <summary><c>[2, 3]</c>. A file may declare millions of dimensions; after the sixteenth it says how many there are.</summary>
    /// <typeparam name="T">A whole number.</typeparam>
    /// <param name="shape">Any number of dimensions; none is a scalar, <c>[]</c>.</param>
    public static string Text<T>(IReadOnlyList<T> shape)
        where T : struct
    {
        ArgumentNullException.ThrowIfNull(shape);
        string shown = string.Join(", ", shape.Take(MaxShown));
        return shape.Count <= MaxShown ? $"[{shown}]" : $"[{shown}, ... {shape.Count} dimensions]";
    }
}
