using SpecExecNative.Loaders.HuggingFace;
using SpecExecNative.Loaders.Tokenization;

namespace SpecExecNative.Cli.Models;

/// <summary>A model whose files are open and checked; its weights are still on disk.</summary>
internal sealed class OpenedModel : IDisposable
{
    private OpenedModel(string name, Checkpoint checkpoint, ModelTokenizer tokenizer)
    {
        Name = name;
        Checkpoint = checkpoint;
        Tokenizer = tokenizer;
    }

    /// <summary>As the user named it.</summary>
    public string Name { get; }

    public Checkpoint Checkpoint { get; }

    public ModelTokenizer Tokenizer { get; }

    /// <exception cref="Loaders.ModelFormatException">It is missing, damaged or not supported.</exception>
    public static OpenedModel Open(string name)
    {
        Checkpoint checkpoint = Checkpoint.Open(name);
        try
        {
            return new OpenedModel(name, checkpoint, TokenizerLoader.Load(checkpoint.Directory));
        }
        catch
        {
            checkpoint.Dispose();
            throw;
        }
    }

    public void Dispose() => Checkpoint.Dispose();
}
