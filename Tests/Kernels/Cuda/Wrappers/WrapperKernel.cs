using System.Reflection;
using System.Text;
using SpecExecNative.Kernels;
using SpecExecNative.Kernels.Cuda;
using SpecExecNative.Kernels.Cuda.Launching;
using SpecExecNative.Kernels.Cuda.Memory;
using SpecExecNative.Tests.Kernels.Cuda.Device;

namespace SpecExecNative.Tests.Kernels.Cuda.Wrappers;

/// <summary>wrappers.cu on the card under test, from PTX that lies beside it: it also runs where there is no NVRTC.</summary>
internal sealed class WrapperKernel(KernelGeneration generation, DType element)
{
    public const int WordsOfALane = 16;
    public const int Lanes = 32;

    public string Name { get; } = $"wrappers-{generation}-{element}".ToLowerInvariant();

    public DType Element => element;

    /// <summary>What our compiler makes of the source.</summary>
    public byte[] Compile(NvrtcCompiler compiler)
        => PtxText.ForOldDrivers(compiler.Compile(Variant, new CompileTarget(ShippedPtx.Baseline(generation), IsMachineCode: false), Source).Ptx.Span);

    /// <summary>The PTX that lies here.</summary>
    public byte[] Ptx => Resource($"{Name}.ptx");

    /// <summary>Launches a block for each 32 × 16 words.</summary>
    public uint[] Run(CudaDevice card, uint[] input)
    {
        using var context = new PrimaryContext(card.Card.Open());
        using var module = new CodeHandle(context, Ptx, out _);
        using var kernel = new LoadedKernel(Variant, module);
        using var bench = new DeviceBench(card);
        DeviceTensor from = bench.Ints([.. input.Select(word => unchecked((int)word))]);
        DeviceTensor to = bench.Output(DType.I32, 1, input.Length);
        var arguments = default(KernelArguments);
        arguments.Add(((CudaBuffer)from.Buffer).Pointer);
        arguments.Add(((CudaBuffer)to.Buffer).Pointer);
        kernel.Launch(((CudaQueue)bench.Queue).Stream, input.Length / (Lanes * WordsOfALane), 1, in arguments);
        return bench.ReadWords(to);
    }

    /// <summary>The text of an embedded file of this folder.</summary>
    public static byte[] Resource(string name)
    {
        using Stream stream = Assembly.GetExecutingAssembly().GetManifestResourceStream($"wrappers/{name}")
            ?? throw new InvalidOperationException($"{name} is not part of the tests; ThePtxIsThatOfTheSource makes it where SPECEXEC_WRITE_WRAPPERS is set.");
        using var copy = new MemoryStream();
        stream.CopyTo(copy);
        return copy.ToArray();
    }

    private static string Source => Encoding.UTF8.GetString(Resource("wrappers.cu")).ReplaceLineEndings("\n");

    private KernelVariant Variant => new(
        Name, "wrappers.cu", "wrappers", new SortedDictionary<string, int> { ["ELEMENT_BF16"] = element == DType.BF16 ? 1 : 0 }, Lanes, 0, generation, 255, Eager: false);
}
