using System.CommandLine;
using SpecExecNative.Cli.Reports;
using SpecExecNative.Cli.Terminal;
using SpecExecNative.Kernels.Cuda;

namespace SpecExecNative.Cli.Commands.Kernels;

/// <summary><c>specexec kernels ship</c>: makes the archive of PTX that becomes part of the library. For those who change kernels.</summary>
internal static class KernelShipCommand
{
    public static Command Create(CliHost host)
    {
        var file = new Argument<string>("file") { Description = "Where the archive goes; tools/ship-kernels.sh knows." };
        var command = new Command("ship", "Compile every variant to PTX and write the archive that comes along with the library.") { Hidden = true };
        command.Add(file);
        command.SetAction((arguments, _) => Task.Run(() =>
        {
            var context = new CommandContext(host, arguments);
            NvrtcCompiler compiler = KernelArchitectures.RequireCompiler(host, CudaCard.Oldest);
            KernelVariant[] variants = [.. KernelTable.Everything];
            using var archive = new MemoryStream();
            ShippedPtx.Write(variants, compiler, archive);

            // Whole or not at all: half an archive would become part of a build.
            string path = arguments.GetValue(file)!;
            File.WriteAllBytes(path + ".tmp", archive.ToArray());
            File.Move(path + ".tmp", path, overwrite: true);
            context.Notices.Say($"wrote {path}: {variants.Length} kernels by NVRTC {compiler.Version}, {Quantity.Bytes(archive.Length)}");
            return (int)ExitCode.Success;
        }));
        return command;
    }
}
