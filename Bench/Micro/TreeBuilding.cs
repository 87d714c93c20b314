using BenchmarkDotNet.Attributes;
using SpecExecNative.Engine.Speculation;

namespace SpecExecNative.Bench.Micro;

/// <summary>A draft tree from answers that cost nothing: the best-first search alone.</summary>
/// <remarks>Public and not sealed: BenchmarkDotNet asks for both.</remarks>
public class TreeBuilding
{
    private const int BatchSize = 64;

    private TreeBuilder _builder = null!;

    [Params(64, 1024)]
    public int K { get; set; }

    [GlobalSetup]
    public void Prepare() => _builder = new TreeBuilder(new InstantDraft(), new TreeOptions { Budget = K, BatchSize = BatchSize });

    [Benchmark(Description = "tree builder")]
    public TokenTree Build() => _builder.Build(rootToken: 1);
}
