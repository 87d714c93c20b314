namespace SpecExecNative.Tests.Cli;

/// <summary>A stdin that stays open and says nothing until it is released.</summary>
internal sealed class SilentInput(ManualResetEventSlim release) : TextReader
{
    public override string ReadToEnd()
    {
        release.Wait();
        return "";
    }
}
