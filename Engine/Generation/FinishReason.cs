namespace SpecExecNative.Engine.Generation;

/// <summary>Why a text ended.</summary>
public enum FinishReason
{
    /// <summary>The model ended it, or a stop string appeared.</summary>
    Stop,

    /// <summary>It has as many tokens as were asked for.</summary>
    Length,

    /// <summary>The context is full.</summary>
    Context,
}
