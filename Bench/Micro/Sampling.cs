using BenchmarkDotNet.Attributes;
using SpecExecNative.Engine.Sampling;

namespace SpecExecNative.Bench.Micro;

/// <summary>The next token out of a row of logits, as the walk along a verified path takes it for each accepted token.</summary>
/// <inheritdoc cref="TreeBuilding" path="/remarks"/>
public class Sampling
{
    private float[] _logits = [];
    private TokenHistory _history = null!;
    private Sampler _greedy = null!;
    private Sampler _temperature = null!;
    private Sampler _topP = null!;

    [Params(32_000, 128_256)]
    public int Vocabulary { get; set; }

    [GlobalSetup]
    public void Prepare()
    {
        var random = new Random(1);
        _logits = [.. Enumerable.Range(0, Vocabulary).Select(_ => (float)(4 * Normal(random)))];
        _history = new TokenHistory([1, 2, 3]);
        _greedy = new Sampler(new SamplingOptions { Temperature = 0 }, Vocabulary);
        _temperature = new Sampler(new SamplingOptions { Temperature = 0.8 }, Vocabulary);
        _topP = new Sampler(new SamplingOptions { Temperature = 0.8, TopK = 50, TopP = 0.95 }, Vocabulary);
    }

    [Benchmark(Description = "sampler, greedy")]
    public int Greedy() => _greedy.Sample(_logits, _history);

    [Benchmark(Description = "sampler, temperature 0.8")]
    public int Temperature() => _temperature.Sample(_logits, _history);

    [Benchmark(Description = "sampler, temperature 0.8, top-k 50, top-p 0.95")]
    public int TopP() => _topP.Sample(_logits, _history);

    private static double Normal(Random random) => Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
}
