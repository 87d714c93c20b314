using System.IO.Compression;
using System.Text;

namespace SpecExecNative.Kernels.Cuda;

/// <summary>
/// PTX of the whole kernel table, made in advance and part of this library: for machines that have NVIDIA's driver and
/// nothing else. The driver translates it.
/// </summary>
/// <remarks>
/// A Brotli stream, little-endian: magic, hash of the sources it was made of, number of entries; for each its generation,
/// name, length and zero-terminated text.
/// </remarks>
public sealed class ShippedPtx
{
    private const string Resource = "shipped/kernels.ptx.br";
    private const int Magic = 0x31585053; // SPX1
    private const int HashBytes = 32;

    private static readonly Lazy<ShippedPtx?> Embedded = new(Open);
    private readonly Dictionary<(KernelGeneration Generation, string Name), byte[]> _entries = [];

    private ShippedPtx(byte[] sourceHash) => SourceHash = sourceHash;

    /// <summary>What came with this library; null: it was built without.</summary>
    public static ShippedPtx? Instance => Embedded.Value;

    /// <summary>Of the sources and options that this PTX was made of: see <see cref="HashOf"/>.</summary>
    public ReadOnlyMemory<byte> SourceHash { get; }

    /// <summary>How many variants there are.</summary>
    public int Count => _entries.Count;

    /// <summary>The architecture that all cards of a generation understand.</summary>
    public static GpuArchitecture Baseline(KernelGeneration generation)
        => generation == KernelGeneration.Turing ? new GpuArchitecture(7, 5) : new GpuArchitecture(8, 0);

    /// <summary>The hash that an archive of these variants has, as the sources are now.</summary>
    public static byte[] HashOf(IEnumerable<KernelVariant> variants) => KernelKey.OfSources(variants);

    /// <summary>The text for a variant; null: it is not among them.</summary>
    public CompiledKernel? Find(KernelVariant variant)
        => _entries.TryGetValue((variant.Generation, variant.Name), out byte[]? ptx) ? new CompiledKernel(Array.Empty<byte>(), ptx, null) : null;

    /// <summary>Compiles all variants and writes the archive.</summary>
    /// <param name="variants">What to ship.</param>
    /// <param name="compiler">The older, the more drivers understand it.</param>
    /// <param name="destination">Receives the archive.</param>
    public static void Write(IReadOnlyList<KernelVariant> variants, NvrtcCompiler compiler, Stream destination)
    {
        byte[][] texts = new byte[variants.Count][];
        Parallel.For(0, variants.Count, i => texts[i] = PtxText.ForOldDrivers(
            compiler.Compile(variants[i], new CompileTarget(Baseline(variants[i].Generation), IsMachineCode: false)).Ptx.Span));

        using var brotli = new BrotliStream(destination, CompressionLevel.SmallestSize, leaveOpen: true);
        using var writer = new BinaryWriter(brotli, Encoding.UTF8);
        writer.Write(Magic);
        writer.Write(HashOf(variants));
        writer.Write(variants.Count);
        for (int i = 0; i < variants.Count; i++)
        {
            writer.Write((int)variants[i].Generation);
            writer.Write(variants[i].Name);
            writer.Write(texts[i].Length);
            writer.Write(texts[i]);
        }
    }

    /// <summary>Reads what <see cref="Write"/> has written.</summary>
    /// <exception cref="InvalidDataException">It is something else.</exception>
    public static ShippedPtx Read(Stream archive)
    {
        using var brotli = new BrotliStream(archive, CompressionMode.Decompress, leaveOpen: true);
        using var reader = new BinaryReader(brotli, Encoding.UTF8);
        if (reader.ReadInt32() != Magic)
        {
            throw new InvalidDataException("This is no archive of PTX.");
        }

        var shipped = new ShippedPtx(reader.ReadBytes(HashBytes));
        int count = reader.ReadInt32();
        for (int i = 0; i < count; i++)
        {
            var generation = (KernelGeneration)reader.ReadInt32();
            string name = reader.ReadString();
            shipped._entries.Add((generation, name), reader.ReadBytes(reader.ReadInt32()));
        }

        return shipped;
    }

    private static ShippedPtx? Open()
    {
        using Stream? stream = typeof(ShippedPtx).Assembly.GetManifestResourceStream(Resource);
        return stream is null ? null : Read(stream);
    }
}
