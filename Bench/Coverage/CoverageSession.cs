using SpecExecNative.Bench.Generation;
using SpecExecNative.Bench.Running;
using SpecExecNative.Engine.Evaluation;
using SpecExecNative.Kernels.Cuda;

namespace SpecExecNative.Bench.Coverage;

/// <summary>A pair and a text in its tokens.</summary>
internal sealed class CoverageSession : BenchSession
{
    private readonly PairSession _pair;

    public CoverageSession(PairRequest request, FileInfo text, PerplexityOptions options, Action<string> note)
    {
        _pair = new PairSession(request, note);
        try
        {
            using PairModel target = request.Target();
            if (target.Tokenizer is null)
            {
                throw new BenchException("A text needs a model with a tokenizer, and generated weights know no text.");
            }

            Windows = new TextWindows(TokenizedText.Encode(target.Tokenizer, File.ReadAllText(text.FullName)), options);
            Run = new CoverageRun(_pair.Target, _pair.Draft, _pair.Generator.SharedVocabulary);
        }
        catch (Exception e) when (e is EvaluationTextException or Engine.OptionException)
        {
            _pair.Dispose();
            throw new BenchException($"{text.Name}: {e.Message}", e);
        }
        catch
        {
            _pair.Dispose();
            throw;
        }
    }

    public CoverageRun Run { get; }

    public TextWindows Windows { get; }

    public override string Device => _pair.Device;

    public override CudaCard? Card => _pair.Card;

    public override void Dispose() => _pair.Dispose();
}
