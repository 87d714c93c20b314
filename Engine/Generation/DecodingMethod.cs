namespace SpecExecNative.Engine.Generation;

/// <summary>How continuations are proposed to the target. With one seed the text is the same for all of them but <see cref="SpecInfer"/>.</summary>
public enum DecodingMethod
{
    /// <summary>A best-first tree of draft tokens (SpecExec).</summary>
    SpecExec,

    /// <summary>
    /// A tree of sampled draft tokens and multi-step speculative sampling (SpecInfer). The text has the target's distribution,
    /// and the same seed gives the same text again, but not the other methods' text, unless the temperature is 0.
    /// </summary>
    SpecInfer,

    /// <summary>One sequence of draft tokens.</summary>
    Chain,

    /// <summary>No draft: one token a pass.</summary>
    None,
}
