using System.Security.Cryptography;
using System.Text;

namespace SpecExecNative.Kernels.Cuda;

/// <summary>
/// What a compiled kernel depends on, as one number: its source and all headers, the options, the architecture, the
/// compiler's version and the form of the cache's entries. Equal keys, equal code.
/// </summary>
internal static class KernelKey
{
    /// <summary>SHA-256 in lower-case hexadecimal.</summary>
    public static string Of(KernelVariant variant, CompileTarget target, Version nvrtc)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Append(hash, $"cache format {KernelCacheEntry.FormatVersion}");
        Append(hash, $"NVRTC {nvrtc}");
        Append(hash, target.Option);
        AppendVariant(hash, variant);
        AppendHeaders(hash);
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    /// <summary>The same for a set of variants, whatever compiler they go through.</summary>
    public static byte[] OfSources(IEnumerable<KernelVariant> variants)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        AppendHeaders(hash);
        foreach (KernelVariant variant in variants.OrderBy(v => v.Generation).ThenBy(v => v.Name, StringComparer.Ordinal))
        {
            Append(hash, variant.Generation.ToString());
            AppendVariant(hash, variant);
        }

        return hash.GetHashAndReset();
    }

    private static void AppendVariant(IncrementalHash hash, KernelVariant variant)
    {
        Append(hash, variant.Name);
        Append(hash, variant.Entry);
        foreach (string option in NvrtcCompiler.Options(variant))
        {
            Append(hash, option);
        }

        Append(hash, variant.Text);
    }

    private static void AppendHeaders(IncrementalHash hash)
    {
        foreach (string header in KernelSources.Headers)
        {
            Append(hash, header);
            Append(hash, KernelSources.Text(header));
        }
    }

    /// <summary>With its length, so that no two lists of texts look alike.</summary>
    private static void Append(IncrementalHash hash, string text)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(text);
        hash.AppendData(BitConverter.GetBytes(bytes.Length));
        hash.AppendData(bytes);
    }
}
