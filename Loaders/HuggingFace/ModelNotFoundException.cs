namespace SpecExecNative.Loaders.HuggingFace;

/// <summary>No model of that name or path is on this machine. The message says how to get it.</summary>
public sealed class ModelNotFoundException : ModelFormatException
{
    internal ModelNotFoundException(string nameOrPath, string message)
        : base(message)
    {
        NameOrPath = nameOrPath;
    }

    /// <summary>What was asked for.</summary>
    public string NameOrPath { get; }
}
