namespace SpecExecNative.Cli.TreeDrawing;

/// <summary>What a node of a drawing stands for.</summary>
internal enum NodeKind
{
    /// <summary>The last token of the text.</summary>
    Root,

    /// <summary>A guess that the target did not take.</summary>
    Rejected,

    /// <summary>A guess that became text.</summary>
    Accepted,

    /// <summary>The token that the target drew where the walk ended.</summary>
    Drawn,

    /// <summary>Stands for guesses that are not shown.</summary>
    Omitted,
}
