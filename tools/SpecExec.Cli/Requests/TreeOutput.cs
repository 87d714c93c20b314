namespace SpecExecNative.Cli.Requests;

/// <summary>Which tree is drawn, how, and where to.</summary>
/// <param name="Iteration">From 1.</param>
/// <param name="MaxNodes">Guesses shown at most, beside the accepted ones.</param>
/// <param name="DotFile">Null: none.</param>
/// <param name="SvgFile">Null: none.</param>
/// <param name="StandardOutput">What goes to stdout.</param>
internal sealed record TreeOutput(int Iteration, int MaxNodes, string? DotFile, string? SvgFile, TreeForm StandardOutput);
