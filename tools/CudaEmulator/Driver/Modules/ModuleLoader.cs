using System.Globalization;
using System.Text;
using SpecExecNative.CudaEmulator.Memory;
using SpecExecNative.CudaEmulator.Ptx;

namespace SpecExecNative.CudaEmulator.Driver.Modules;

/// <summary>Loads a module as the real driver would judge it: what the image is, and whether this card can take it.</summary>
internal static unsafe class ModuleLoader
{
    // Latest PTX ISA of each driver from 12.0 on (PTX ISA, "Release Notes").
    private static readonly Version[] PtxOfDriver12 =
    [
        new(8, 0), new(8, 1), new(8, 2), new(8, 3), new(8, 4), new(8, 5), new(8, 5), new(8, 6), new(8, 7), new(8, 8),
    ];

    /// <param name="context">Where it is loaded.</param>
    /// <param name="image">PTX text that ends with NUL.</param>
    /// <param name="log">Receives why the image was refused.</param>
    /// <exception cref="CudaFailure">
    /// NO_BINARY_FOR_GPU for a cubin or fatbin, INVALID_PTX for text that cannot be understood or asks for a later card,
    /// UNSUPPORTED_PTX_VERSION for PTX later than the posed driver, INVALID_IMAGE for an empty image.
    /// </exception>
    internal static Module Load(Context context, byte* image, StringBuilder log)
    {
        CudaFailure.ThrowIf(image is null, CudaResult.InvalidValue);
        if (IsBinary(image))
        {
            log.Append("The emulator executes PTX; it has no binaries for a real card.");
            throw new CudaFailure(CudaResult.NoBinaryForGpu);
        }

        CudaFailure.ThrowIf(*image == 0, CudaResult.InvalidImage);
        PtxModule ptx = Parse(new string((sbyte*)image), context.Device.Settings.DriverVersion, log);
        if (ptx.Target > context.Device.Settings.Target)
        {
            log.Append(CultureInfo.InvariantCulture, $"PTX for sm_{ptx.Target} cannot run on sm_{context.Device.Settings.Target}.");
            throw new CudaFailure(CudaResult.InvalidPtx);
        }

        return new Module(context, ptx, Place(context, ptx));
    }

    private static bool IsBinary(byte* image)
    {
        const uint Fatbin = 0xBA55ED50;
        bool isElf = image[0] == 0x7F && image[1] == (byte)'E' && image[2] == (byte)'L' && image[3] == (byte)'F';
        bool isFatbin = image[0] == (Fatbin & 0xFF) && image[1] == (Fatbin >> 8 & 0xFF);
        return isElf || isFatbin;
    }

    private static PtxModule Parse(string text, int driverVersion, StringBuilder log)
    {
        PtxModule ptx;
        try
        {
            ptx = PtxModule.Parse(text);
        }
        catch (PtxException exception)
        {
            log.Append(exception.Message);
            throw new CudaFailure(CudaResult.InvalidPtx);
        }

        Version latest = LatestPtx(driverVersion);
        if (ptx.Version > latest)
        {
            log.Append(CultureInfo.InvariantCulture, $"PTX ISA {ptx.Version} is later than {latest}, the latest of this driver.");
            throw new CudaFailure(CudaResult.UnsupportedPtxVersion);
        }

        return ptx;
    }

    private static Version LatestPtx(int driverVersion)
    {
        (int major, int minor) = (driverVersion / 1000, driverVersion % 1000 / 10);
        return major switch
        {
            < 12 => new Version(7, 8),
            12 => PtxOfDriver12[Math.Min(minor, PtxOfDriver12.Length - 1)],
            _ => new Version(major - 4, minor),
        };
    }

    private static Dictionary<string, DeviceBlock> Place(Context context, PtxModule ptx)
    {
        var placed = new Dictionary<string, DeviceBlock>(StringComparer.Ordinal);
        try
        {
            foreach (PtxVariable variable in ptx.Variables.Values)
            {
                DeviceBlock block = context.Heap.Allocate(variable.Bytes, DeviceBlockKind.ModuleGlobal);
                placed.Add(variable.Name, block);
                variable.InitialBytes.CopyTo(new Span<byte>(block.Data, variable.InitialBytes.Length));
                ptx.Bind(variable.Name, block.Address);
            }
        }
        catch
        {
            foreach (DeviceBlock block in placed.Values)
            {
                context.Heap.Free(block);
            }

            throw;
        }

        return placed;
    }
}
