namespace SpecExecNative.Kernels.Cuda.Diagnostics;

/// <summary>What Linux tells about the hardware in /proc and /sys. Elsewhere there is nothing to be read, and that is no error.</summary>
/// <param name="root">Tests put another machine's files below a folder of their own.</param>
internal sealed class MachineFiles(string root = "/")
{
    private const string PciDevices = "sys/bus/pci/devices";

    /// <summary>The file's first line; null: it cannot be read.</summary>
    public string? Line(params ReadOnlySpan<string> path)
    {
        try
        {
            using StreamReader reader = File.OpenText(PathOf(path));
            return reader.ReadLine();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>Display controllers of this vendor, by PCI address in order.</summary>
    public IReadOnlyList<string> DisplayControllers(string vendor)
    {
        const string DisplayClass = "0x03";
        string folder = PathOf(PciDevices);
        if (!Directory.Exists(folder))
        {
            return [];
        }

        return
        [
            .. Directory.GetFileSystemEntries(folder)
                .Select(device => Path.GetFileName(device))
                .Where(address => Line(PciDevices, address, "vendor") == vendor
                    && Line(PciDevices, address, "class")?.StartsWith(DisplayClass, StringComparison.Ordinal) == true)
                .Order(StringComparer.Ordinal),
        ];
    }

    /// <summary>An attribute of a PCI device; null: there is no such device or attribute.</summary>
    public string? PciAttribute(string address, string attribute) => Line(PciDevices, address.ToLowerInvariant(), attribute);

    /// <summary>Docker and Podman leave a mark in the containers they make.</summary>
    public bool IsContainer => File.Exists(PathOf(".dockerenv")) || File.Exists(PathOf("run/.containerenv"));

    private string PathOf(params ReadOnlySpan<string> path) => Path.Combine([root, .. path]);
}
