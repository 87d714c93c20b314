using SpecExecNative.CudaEmulator.Checks;

namespace SpecExecNative.CudaEmulator.Settings;

/// <summary>Reads the list of checks, which names those of the driver and those of the interpreter alike.</summary>
internal static class CheckSettings
{
    /// <param name="settings">The settings so far.</param>
    /// <param name="key">For the message of an error.</param>
    /// <param name="value"><c>all</c>, <c>none</c>, <c>kernel</c>, <c>driver</c>, or names from <see cref="DriverChecks"/>
    /// and <see cref="CheckOptions"/> with commas between; a name with a minus before it is taken out.</param>
    internal static EmulatorSettings Apply(EmulatorSettings settings, string key, string value)
    {
        var driver = DriverChecks.None;
        CheckOptions kernel = CheckOptions.None;
        foreach (string entry in value.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            bool without = entry.StartsWith('-');
            (DriverChecks ofDriver, CheckOptions ofKernel) = Named(key, without ? entry[1..] : entry);
            driver = without ? driver & ~ofDriver : driver | ofDriver;
            kernel = without ? kernel & ~ofKernel : kernel | ofKernel;
        }

        return settings with { Checks = driver, Execution = settings.Execution with { Checks = kernel } };
    }

    private static (DriverChecks Driver, CheckOptions Kernel) Named(string key, string name) => name.ToUpperInvariant() switch
    {
        "ALL" => (DriverChecks.All, CheckOptions.All),
        "NONE" => (DriverChecks.None, CheckOptions.None),
        "DRIVER" => (DriverChecks.All, CheckOptions.None),
        "KERNEL" => (DriverChecks.None, CheckOptions.All),
        _ when SettingsValue.TryName(name, out DriverChecks driver) => (driver, CheckOptions.None),
        _ => (DriverChecks.None, SettingsValue.Name<CheckOptions>(key, name)),
    };
}
