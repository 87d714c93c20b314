using System.CommandLine;

namespace SpecExecNative.Cli.Commands.Kernels;

/// <summary><c>specexec kernels</c>: what a card is made to run.</summary>
internal static class KernelsCommand
{
    public static Command Create(CliHost host) => new("kernels", "List, compile and look into the CUDA kernels. Needs no card.")
    {
        KernelListCommand.Create(host),
        KernelCompileCommand.Create(host),
        KernelDumpCommand.Create(host),
        KernelShipCommand.Create(host),
    };
}
