using System.Collections.Frozen;
using System.Reflection;

namespace SpecExecNative.Kernels.Cuda;

/// <summary>The CUDA sources, which are part of this library. They include nothing but each other.</summary>
public static class KernelSources
{
    private const string Prefix = "cuda/";

    private static readonly FrozenDictionary<string, string> Texts = ReadAll();

    /// <summary>Names of all files, e.g. <c>linear.cu</c>, <c>Naive/linear.cu</c>, <c>ptx.cuh</c>.</summary>
    public static IEnumerable<string> Names => Texts.Keys.Order(StringComparer.Ordinal);

    /// <summary>Names of the files that others include.</summary>
    public static IReadOnlyList<string> Headers { get; } = [.. Names.Where(name => name.EndsWith(".cuh", StringComparison.Ordinal))];

    /// <summary>The text of a file.</summary>
    /// <exception cref="ArgumentException">There is no such file.</exception>
    public static string Text(string name)
        => Texts.TryGetValue(name, out string? text) ? text : throw new ArgumentException($"There is no kernel source {name}; there are {string.Join(", ", Names)}.", nameof(name));

    private static FrozenDictionary<string, string> ReadAll()
    {
        Assembly assembly = typeof(KernelSources).Assembly;
        return assembly.GetManifestResourceNames()
            .Where(name => name.StartsWith(Prefix, StringComparison.Ordinal))
            .ToFrozenDictionary(name => name[Prefix.Length..], name => ReadText(assembly, name));
    }

    private static string ReadText(Assembly assembly, string name)
    {
        using var reader = new StreamReader(assembly.GetManifestResourceStream(name)!);

        // A checkout with other line ends must give the same kernels, and find the same cache.
        return reader.ReadToEnd().ReplaceLineEndings("\n");
    }
}
