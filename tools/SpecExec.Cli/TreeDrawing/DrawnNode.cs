namespace SpecExecNative.Cli.TreeDrawing;

/// <summary>A node of a drawing.</summary>
/// <param name="Parent">Index of its parent in the drawing; −1 for the root.</param>
/// <param name="Depth">Steps below the root.</param>
/// <param name="IsLastChild">Nothing hangs below it from the same parent.</param>
/// <param name="Kind">What it stands for.</param>
/// <param name="Label">Its token, made visible.</param>
/// <param name="EdgeProbability">The draft's probability of it given its parent; null where the draft did not guess it.</param>
/// <param name="PathProbability">The draft's probability of the path from the root to here; null likewise.</param>
internal sealed record DrawnNode(
    int Parent,
    int Depth,
    bool IsLastChild,
    NodeKind Kind,
    string Label,
    double? EdgeProbability,
    double? PathProbability);
