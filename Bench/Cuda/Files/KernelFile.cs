using SpecExecNative.Bench.Figures;
using SpecExecNative.Bench.Machine;
using SpecExecNative.Kernels;
using SpecExecNative.Kernels.Cuda;

namespace SpecExecNative.Bench.Cuda.Files;

/// <summary>A file of the user's that takes the place of one of our sources: same entry point, same parameters, same constants, same launches.</summary>
internal sealed class KernelFile
{
    private readonly string _text;
    private readonly string _checksummedName;

    private KernelFile(string path, string source)
    {
        (Name, Source) = (Path.GetFileName(path), source);
        _text = File.ReadAllText(path);
        _checksummedName = InputName.OfFile(path);
    }

    /// <summary>Without its folder.</summary>
    public string Name { get; }

    /// <summary>The source that it replaces, e.g. <c>rms_norm.cu</c>.</summary>
    public string Source { get; }

    /// <summary>As settings of a run.</summary>
    public Parameter[] Settings => [new("kernel file", _checksummedName), new("in the place of", Source)];

    /// <summary>Reads a file.</summary>
    /// <param name="path">Where it lies.</param>
    /// <param name="kernel">What it replaces, e.g. <c>rms_norm</c>; null: what it is named after.</param>
    /// <exception cref="KernelFileException">There is no such file, or no such kernel.</exception>
    public static KernelFile Read(string path, string? kernel)
    {
        string name = Path.GetFileName(path);
        if (!File.Exists(path))
        {
            throw new KernelFileException(name, "there is no such file.");
        }

        string source = Path.GetFileNameWithoutExtension(kernel ?? name) + ".cu";
        string[] ours = [.. KernelSources.Names.Where(n => n.EndsWith(".cu", StringComparison.Ordinal) && !n.Contains('/'))];
        return ours.Contains(source)
            ? new KernelFile(path, source)
            : throw new KernelFileException(name, $"we have no kernel {source}; --kernel NAME says which it replaces: {string.Join(", ", ours.Select(Path.GetFileNameWithoutExtension))}.");
    }

    /// <summary>Compiles it once, so that mistakes come to light before anything is measured.</summary>
    /// <exception cref="NvrtcException">The compiler refuses it.</exception>
    /// <exception cref="KernelFileException">Its kernel is another.</exception>
    public void RequireUsable(CudaDevice device)
    {
        int isBF16 = device.ActivationType == DType.BF16 ? 1 : 0;
        KernelVariant first = KernelTable.For(device.Card.Generation).All.First(v => v.Source == Source && v.Constants.GetValueOrDefault("ELEMENT_BF16", isBF16) == isBF16);
        _ = Replace(first, device.Compiler);
    }

    /// <summary>The variant with this text in the place of ours.</summary>
    /// <exception cref="NvrtcException">The compiler refuses it.</exception>
    /// <exception cref="KernelFileException">Its kernel is another: a launch would give it what it does not take.</exception>
    public KernelVariant Replace(KernelVariant variant, KernelCompiler compiler)
    {
        KernelVariant own = variant with { Name = $"{variant.Name} of {Name}", Source = Name, Replacement = _text };
        ReadOnlySpan<byte> ptx = compiler.Get(own).Ptx.Span;
        IReadOnlyList<string> wanted = EntryParameters.Of(compiler.Get(variant).Ptx.Span, variant.Entry)!;
        IReadOnlyList<string> declared = EntryParameters.Of(ptx, variant.Entry)
            ?? throw new KernelFileException(Name, $"it has no kernel `extern \"C\" __global__ void {variant.Entry}`; it has {string.Join(", ", EntryParameters.Names(ptx).DefaultIfEmpty("none"))}.");
        return declared.SequenceEqual(wanted)
            ? own
            : throw new KernelFileException(Name, $"its {variant.Entry} takes ({string.Join(", ", declared)}); launches of ours give ({string.Join(", ", wanted)}).");
    }
}
