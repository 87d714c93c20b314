using System.Globalization;

namespace SpecExecNative.Kernels.Cuda;

/// <summary>The PCI Express link of a card, now and at best.</summary>
/// <param name="Generation">1 … 6; cards at rest often fall back to 1.</param>
/// <param name="Width">Lanes.</param>
/// <param name="MaxGeneration">What card and slot agree on.</param>
/// <param name="MaxWidth">Likewise.</param>
public sealed record PciLink(int Generation, int Width, int MaxGeneration, int MaxWidth)
{
    /// <summary>As Linux tells it; null where it does not.</summary>
    public static PciLink? TryRead(string pciAddress) => TryRead(pciAddress, "/sys/bus/pci/devices");

    internal static PciLink? TryRead(string pciAddress, string root)
    {
        string folder = Path.Combine(root, pciAddress.ToLowerInvariant());
        return GenerationOf(Field(folder, "current_link_speed")) is { } generation && Number(Field(folder, "current_link_width")) is { } width
            && GenerationOf(Field(folder, "max_link_speed")) is { } maxGeneration && Number(Field(folder, "max_link_width")) is { } maxWidth
            ? new PciLink(generation, width, maxGeneration, maxWidth) : null;
    }

    private static string? Field(string folder, string name)
    {
        try
        {
            return File.ReadAllText(Path.Combine(folder, name)).Trim();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static int? Number(string? text) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int number) ? number : null;

    /// <summary>E.g. <c>16.0 GT/s PCIe</c>.</summary>
    private static int? GenerationOf(string? speed) => speed?.Split(' ')[0] switch
    {
        "2.5" => 1,
        "5.0" or "5" => 2,
        "8.0" or "8" => 3,
        "16.0" or "16" => 4,
        "32.0" or "32" => 5,
        "64.0" or "64" => 6,
        _ => null,
    };
}
