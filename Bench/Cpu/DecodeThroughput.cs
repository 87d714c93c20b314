using SpecExecNative.Bench.Figures;
using SpecExecNative.Engine.Generation;
using SpecExecNative.Engine.Sampling;
using SpecExecNative.Engine.Transformers;
using SpecExecNative.Kernels.Cpu;
using SpecExecNative.Loaders.HuggingFace;

namespace SpecExecNative.Bench.Cpu;

/// <summary>Plain greedy decoding of a whole model, one token a pass, from its opening token.</summary>
/// <param name="Device">The device to measure.</param>
/// <param name="Llama2CPath">llama2.c's <c>run</c>, or null.</param>
/// <param name="Threads">Threads for either.</param>
/// <param name="Repeats">Texts.</param>
internal sealed record DecodeThroughput(CpuDevice Device, string? Llama2CPath, int Threads, int Repeats)
{
    /// <summary>Length of the text, its opening token included: what the smaller of the usual models holds.</summary>
    private const int Tokens = 256;

    /// <summary>Tokens per second and, where llama2.c is at hand, the ratio to its speed; the two take turns.</summary>
    public Row Measure(string name, string directory)
    {
        using Checkpoint checkpoint = Checkpoint.Open(directory);
        using Transformer model = Transformer.Load(checkpoint, Device, new TransformerOptions { ContextLength = Tokens });
        using Llama2C? peer = Llama2CPath is null ? null : new Llama2C(Llama2CPath, checkpoint, Threads, Tokens);
        var generator = new Generator(model, null, null);
        int opening = checkpoint.Config.BosTokenId ?? 0;

        TokensPerSecond(generator, opening); // warm-up
        List<double> ours = [];
        List<double> theirs = [];
        for (int i = 0; i < Repeats; i++)
        {
            ours.Add(TokensPerSecond(generator, opening));
            if (peer is not null)
            {
                theirs.Add(peer.TokensPerSecond());
            }
        }

        Figure speed = Samples.OfRates(ours).Figure("speed", "tokens/s");
        return new Row(
            "plain decoding",
            [new("model", name), new("threads", $"{Threads}"), new("tokens", $"{Tokens}")],
            [peer is null ? speed : speed.Against("llama2.c", Samples.OfRates(theirs).Median)]);
    }

    private static double TokensPerSecond(Generator generator, int opening)
    {
        var options = new GenerationOptions
        {
            Method = DecodingMethod.None,
            MaxTokens = Tokens - 1,
            IgnoreEndOfText = true,
            Sampling = new SamplingOptions { Temperature = 0 },
        };
        GenerationRun run = generator.Start([opening], options);
        run.CompleteAsync().GetAwaiter().GetResult();
        return run.Statistics.DecodeTokensPerSecond;
    }
}
