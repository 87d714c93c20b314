namespace SpecExecNative.Cli.Requests;

/// <summary>Where the prompt comes from.</summary>
/// <param name="Text">The prompt itself, <c>-</c> for stdin, or null.</param>
/// <param name="File">A file, <c>-</c> for stdin, or null.</param>
internal sealed record PromptRequest(string? Text, string? File)
{
    private const string StandardInput = "-";

    /// <summary>Stdin was named.</summary>
    public bool IsStandardInput => Text == StandardInput || File == StandardInput;
}
