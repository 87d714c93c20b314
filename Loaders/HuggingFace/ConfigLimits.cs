namespace SpecExecNative.Loaders.HuggingFace;

/// <summary>
/// Largest sizes that a config may claim: well past every model there is, and small enough that no product of two of them
/// overflows and nothing absurd is allocated for a file of a few bytes.
/// </summary>
internal static class ConfigLimits
{
    public const int Vocabulary = 1 << 24;

    /// <summary>Width of the residual stream, of the MLP, or of all heads together.</summary>
    public const int Width = 1 << 22;

    public const int Layers = 10_000;
    public const int Heads = 1 << 16;
    public const int HeadDim = 1 << 16;
    public const int Positions = 1 << 30;
    public const int EosTokens = 1024;
}
