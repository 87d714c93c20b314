using SpecExecNative.Cli;
using SpecExecNative.Kernels.Cuda;

namespace SpecExecNative.Tests.Cli;

/// <summary>Runs the command inside the test process, with streams of its own.</summary>
internal static class CliRun
{
    public static Task<CliResult> RunAsync(params string[] arguments) => RunWithAsync(host => host, arguments);

    /// <summary>With a text piped in.</summary>
    public static Task<CliResult> PipeAsync(string input, params string[] arguments)
        => RunWithAsync(host => host with { Input = new StringReader(input), IsInputRedirected = true }, arguments);

    /// <summary>In a world that <paramref name="change"/> has changed.</summary>
    public static Task<CliResult> RunWithAsync(Func<CliHost, CliHost> change, params string[] arguments)
        => RunWithAsync(change, CancellationToken.None, arguments);

    public static async Task<CliResult> RunWithAsync(
        Func<CliHost, CliHost> change, CancellationToken cancellation, params string[] arguments)
    {
        var output = new StringWriter { NewLine = "\n" };
        var error = new StringWriter { NewLine = "\n" };
        CliHost host = change(new CliHost
        {
            Input = TextReader.Null,
            Output = output,
            Error = error,
            Variable = _ => null,
            FindCard = _ => throw new CudaUnavailableException("there is no card in this test"),
        });
        int code = await CliApplication.RunAsync(arguments, host, cancellation);
        return new CliResult(code, output.ToString(), error.ToString());
    }
}
