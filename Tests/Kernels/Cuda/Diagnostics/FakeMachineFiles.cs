using SpecExecNative.Kernels.Cuda.Diagnostics;

namespace SpecExecNative.Tests.Kernels.Cuda.Diagnostics;

/// <summary>Another machine's /proc and /sys, in a folder of its own.</summary>
internal sealed class FakeMachineFiles : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("specexec-machine-").FullName;

    public MachineFiles Files => new(_root);

    public FakeMachineFiles With(string path, string text)
    {
        string file = Path.Combine(_root, path);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllText(file, text + "\n");
        return this;
    }

    public FakeMachineFiles WithPciDevice(string address, params (string Attribute, string Value)[] attributes)
    {
        foreach ((string attribute, string value) in attributes)
        {
            With($"sys/bus/pci/devices/{address}/{attribute}", value);
        }

        return this;
    }

    public void Dispose() => Directory.Delete(_root, recursive: true);
}
