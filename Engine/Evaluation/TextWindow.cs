namespace SpecExecNative.Engine.Evaluation;

/// <summary>A piece of text that one pass computes. Its targets are adjoining tokens; the input before each is the token before it.</summary>
/// <param name="First">Index of the first target in the text.</param>
/// <param name="Length">Targets, and as many inputs.</param>
/// <param name="Scored">So many of the last targets are scored; the ones before are context.</param>
public readonly record struct TextWindow(int First, int Length, int Scored)
{
    /// <summary>Row of the first scored target: it is predicted from <see cref="FirstScored"/> + 1 inputs.</summary>
    public int FirstScored => Length - Scored;
}
