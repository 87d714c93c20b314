using System.Text;
using Microsoft.Win32.SafeHandles;

namespace SpecExecNative.Cli.Terminal;

/// <summary>The process's own streams, in UTF-8 whatever the locale says.</summary>
internal sealed class StandardStreams : IDisposable
{
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false);

    /// <summary>A prompt that is no text must not become another prompt.</summary>
    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private readonly StreamWriter _output;
    private readonly StreamWriter _error;

    public StandardStreams()
    {
        _output = new StreamWriter(OpenOutput(), Utf8);
        _error = new StreamWriter(Console.OpenStandardError(), Utf8) { AutoFlush = true };
        Host = new CliHost
        {
            Input = new StreamReader(Console.OpenStandardInput(), StrictUtf8),
            IsInputRedirected = Console.IsInputRedirected,
            Output = _output,
            IsOutputTerminal = !Console.IsOutputRedirected,
            Error = _error,
            IsErrorTerminal = !Console.IsErrorRedirected,
        };
    }

    public CliHost Host { get; }

    public void Dispose()
    {
        try
        {
            _output.Dispose();
        }
        catch (IOException)
        {
            // The command has flushed what mattered; a reader that went away since then misses nothing.
        }

        _error.Dispose();
    }

    /// <summary>
    /// .NET's console stream says nothing when the reader of a Unix pipe is gone, so a long generation would go on for
    /// nobody; a file stream reports it. For a regular file the console's stream is the right one: it moves the offset
    /// that the file shares with other programs.
    /// </summary>
    private static Stream OpenOutput()
    {
        if (OperatingSystem.IsWindows() || !Console.IsOutputRedirected)
        {
            return Console.OpenStandardOutput();
        }

        const int StandardOutput = 1;
        var pipe = new FileStream(new SafeFileHandle(StandardOutput, ownsHandle: false), FileAccess.Write, bufferSize: 0);
        return pipe.CanSeek ? Console.OpenStandardOutput() : pipe;
    }
}
