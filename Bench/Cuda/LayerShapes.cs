using SpecExecNative.Kernels;

namespace SpecExecNative.Bench.Cuda;

/// <summary>The shapes of a model's layers.</summary>
/// <param name="Name">What people call the model.</param>
/// <param name="Products">Weight matrices, <c>[N, K]</c>.</param>
/// <param name="Rows">Numbers of rows (M) to measure.</param>
/// <param name="Attention">Heads and head size.</param>
/// <param name="Prefixes">Lengths of the shared prefix.</param>
/// <param name="TreeNodes">Rows of attention: tree sizes.</param>
/// <param name="Vocabularies">Columns of the logits: the model's own, and others.</param>
/// <param name="LimitSide">Side of the square product that shows cuBLAS at its best.</param>
/// <param name="LimitBytes">Size of the copy that shows the memory at its best.</param>
internal sealed record LayerShapes(
    string Name,
    IReadOnlyList<(string Name, int Outputs, int Inputs)> Products,
    IReadOnlyList<int> Rows,
    AttentionShape Attention,
    IReadOnlyList<int> Prefixes,
    IReadOnlyList<int> TreeNodes,
    IReadOnlyList<int> Vocabularies,
    int LimitSide,
    long LimitBytes)
{
    private static readonly LayerShapes[] All =
    [
        new("70b",
            [("qkv", 10240, 8192), ("output", 8192, 8192), ("gate", 28672, 8192), ("down", 8192, 28672), ("head", 128256, 8192)],
            [1, 16, 64, 256, 1024, 4096], new AttentionShape(64, 8, 128, null), [128, 2048, 16384], [1, 64, 256, 1024], [128256, 32000, 151936], 8192, 1L << 30),
        new("8b",
            [("qkv", 6144, 4096), ("output", 4096, 4096), ("gate", 14336, 4096), ("down", 4096, 14336), ("head", 128256, 4096)],
            [1, 16, 64, 256, 1024], new AttentionShape(32, 8, 128, null), [128, 2048, 16384], [1, 64, 256], [128256, 32000, 151936], 8192, 1L << 30),
        new("1b",
            [("qkv", 3072, 2048), ("output", 2048, 2048), ("gate", 8192, 2048), ("down", 2048, 8192), ("head", 128256, 2048)],
            [1, 8, 16, 32, 64, 128, 256], new AttentionShape(32, 8, 64, null), [128, 2048, 16384], [1, 32, 64, 256], [128256, 32000, 151936], 8192, 1L << 30),
        new("tiny",
            [("qkv", 96, 64), ("down", 64, 172)], [1, 16, 40], new AttentionShape(4, 2, 16, null), [40], [1, 9], [512], 128, 1L << 16),
    ];

    /// <summary>D.</summary>
    public int Hidden => Products[0].Inputs;

    /// <summary>The model's own.</summary>
    public int Vocabulary => Vocabularies[0];

    /// <summary>The shape of gate and of up: that of down, turned.</summary>
    public (int Outputs, int Inputs) GateUp => Products.Where(p => p.Name == "down").Select(p => (p.Inputs, p.Outputs)).Single();

    public static IEnumerable<string> Names => All.Select(s => s.Name);

    public static LayerShapes Named(string name) => All.Single(s => s.Name == name);
}
