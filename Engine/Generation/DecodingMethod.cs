namespace SpecExecNative.Engine.Generation;

/// <summary>How continuations are proposed to the target. The text is the same for all of them.</summary>
public enum DecodingMethod
{
    /// <summary>A best-first tree of draft tokens (SpecExec).</summary>
    SpecExec,

    /// <summary>One sequence of draft tokens.</summary>
    Chain,

    /// <summary>No draft: one token a pass.</summary>
    None,
}
