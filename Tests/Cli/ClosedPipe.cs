using System.Text;

namespace SpecExecNative.Tests.Cli;

/// <summary>A stdout whose reader has gone away.</summary>
internal sealed class ClosedPipe : TextWriter
{
    private const int BrokenPipe = 32;

    public override Encoding Encoding => Encoding.UTF8;

    public override void Write(char value) => throw new IOException("Broken pipe", BrokenPipe);

    public override void Write(string? value) => throw new IOException("Broken pipe", BrokenPipe);

    public override void Write(char[] buffer, int index, int count) => throw new IOException("Broken pipe", BrokenPipe);
}
