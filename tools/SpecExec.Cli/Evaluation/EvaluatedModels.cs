using SpecExecNative.Cli.Models;
using SpecExecNative.Cli.Options;
using SpecExecNative.Cli.Requests;
using SpecExecNative.Engine.Evaluation;
using SpecExecNative.Loaders;

namespace SpecExecNative.Cli.Evaluation;

/// <summary>The model to be scored, and perhaps its reference: open and checked, their weights still on disk.</summary>
internal sealed class EvaluatedModels : IDisposable
{
    private EvaluatedModels(OpenedModel model, OpenedModel? reference)
    {
        Model = model;
        Reference = reference;
    }

    public OpenedModel Model { get; }

    public OpenedModel? Reference { get; }

    /// <summary>Token ids that both know, from 0; 0 without a reference.</summary>
    public int SharedVocabulary { get; private init; }

    /// <exception cref="ModelFormatException">A model is missing, damaged or not supported.</exception>
    /// <exception cref="ModelMismatchException">The reference has other tokens.</exception>
    public static EvaluatedModels Open(string modelName, string? referenceName)
    {
        OpenedModel model = OpenedModel.Open(modelName);
        OpenedModel? reference = null;
        try
        {
            reference = referenceName is null ? null : OpenedModel.Open(referenceName);
            return new EvaluatedModels(model, reference)
            {
                SharedVocabulary = reference is null
                    ? 0
                    : ReferenceModel.CompareVocabularies(
                        model.Tokenizer, reference.Tokenizer, model.Checkpoint.Config.VocabularySize, reference.Checkpoint.Config.VocabularySize),
            };
        }
        catch
        {
            reference?.Dispose();
            model.Dispose();
            throw;
        }
    }

    /// <summary>The text, cut for these models.</summary>
    /// <exception cref="UsageException">The windows that were asked for are longer than a model's context.</exception>
    /// <exception cref="EvaluationTextException">The text is too short.</exception>
    public TextWindows Cut(string text, PerplexityRequest request)
    {
        int context = request.Options.ContextLength;
        foreach (OpenedModel model in Reference is null ? [Model] : (OpenedModel[])[Model, Reference])
        {
            int longest = model.Checkpoint.Config.MaxPositionEmbeddings;
            if (context > longest && request.IsContextChosen)
            {
                throw new UsageException($"--ctx {context} is more than the {longest} tokens that {model.Name} was made for.");
            }

            context = Math.Min(context, longest);
        }

        PerplexityOptions options = request.Options with { ContextLength = context };
        PerplexityCliOptions.Check(options); // the stride, again
        return new TextWindows(TokenizedText.Encode(Model.Tokenizer, text), options);
    }

    public void Dispose()
    {
        Reference?.Dispose();
        Model.Dispose();
    }
}
