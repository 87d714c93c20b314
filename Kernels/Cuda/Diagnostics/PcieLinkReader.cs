using System.Diagnostics;
using System.Globalization;

namespace SpecExecNative.Kernels.Cuda.Diagnostics;

/// <summary>Asks how a card is connected: Linux itself, and where it does not say, NVIDIA's own tool.</summary>
internal static class PcieLinkReader
{
    private const int ToolTimeoutMilliseconds = 10_000;

    /// <returns>Null: nobody knows.</returns>
    public static PcieLink? Read(string pciAddress, MachineFiles files) => FromFiles(pciAddress, files) ?? ParseTool(AskTool(pciAddress));

    /// <summary>From <c>/sys/bus/pci/devices</c>, e.g. <c>16.0 GT/s PCIe</c> and <c>16</c>.</summary>
    internal static PcieLink? FromFiles(string pciAddress, MachineFiles files)
    {
        int Generation(string attribute)
        {
            string number = files.PciAttribute(pciAddress, attribute)?.Split(' ')[0] ?? "";
            return double.TryParse(number, NumberStyles.Float, CultureInfo.InvariantCulture, out double speed) ? PcieLink.GenerationOf(speed) : 0;
        }

        int Lanes(string attribute) => ParseCount(files.PciAttribute(pciAddress, attribute) ?? "");
        return Compose(Generation("current_link_speed"), Lanes("current_link_width"), Generation("max_link_speed"), Lanes("max_link_width"));
    }

    /// <summary>From a line like <c>4, 16, 4, 16</c>.</summary>
    internal static PcieLink? ParseTool(string? line)
        => line?.Split(',') is [string generation, string lanes, string maxGeneration, string maxLanes]
            ? Compose(ParseCount(generation), ParseCount(lanes), ParseCount(maxGeneration), ParseCount(maxLanes))
            : null;

    private static string? AskTool(string pciAddress)
    {
        const string Query = "pcie.link.gen.current,pcie.link.width.current,pcie.link.gen.max,pcie.link.width.max";
        try
        {
            using Process? tool = Process.Start(new ProcessStartInfo("nvidia-smi", ["-i", pciAddress, $"--query-gpu={Query}", "--format=csv,noheader,nounits"])
            {
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            });
            if (tool is null)
            {
                return null;
            }

            Task<string?> answer = tool.StandardOutput.ReadLineAsync();
            if (answer.Wait(ToolTimeoutMilliseconds))
            {
                return answer.Result;
            }

            tool.Kill();
            return null;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return null; // it is not installed
        }
    }

    private static int ParseCount(string text)
        => int.TryParse(text, NumberStyles.AllowLeadingWhite | NumberStyles.AllowTrailingWhite, CultureInfo.InvariantCulture, out int count) ? count : 0;

    /// <summary>Virtual machines report links of no lanes, or of 63 and 255: no link is better than a wrong one.</summary>
    private static PcieLink? Compose(int generation, int lanes, int maxGeneration, int maxLanes)
    {
        const int WidestLink = 32;
        return generation > 0 && maxGeneration >= generation && lanes > 0 && maxLanes >= lanes && maxLanes <= WidestLink
            ? new PcieLink(generation, lanes, maxGeneration, maxLanes)
            : null;
    }
}
