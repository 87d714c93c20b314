namespace SpecExecNative.Engine.Sampling;

/// <summary>What a random draw decides; draws for different purposes at one position have nothing to do with each other.</summary>
internal enum DrawPurpose
{
    /// <summary>The token at this position of the text.</summary>
    Token = 0,

    /// <summary>Whether a drafted token becomes the one at this position.</summary>
    Acceptance = 1,

    /// <summary>A token of a draft whose tree begins at this position.</summary>
    DraftedToken = 2,
}
