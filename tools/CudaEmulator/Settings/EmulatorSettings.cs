using SpecExecNative.CudaEmulator.Driver;
using SpecExecNative.CudaEmulator.Execution;

namespace SpecExecNative.CudaEmulator.Settings;

/// <summary>
/// The machine that is posed, how its queues are scheduled, what is checked, and what fails. Every member has a key of
/// the same name in the settings' text (see <see cref="Parse"/> and tools/CudaEmulator/README.md).
/// </summary>
internal sealed record EmulatorSettings
{
    internal static EmulatorSettings Default { get; } = new();

    /// <summary>Major and minor, e.g. (8, 9).</summary>
    internal (int Major, int Minor) ComputeCapability { get; init; } = (8, 9);

    /// <summary>What cuDeviceGetName says.</summary>
    internal string Name { get; init; } = "SpecExec Emulated GPU";

    internal int DeviceCount { get; init; } = 1;

    internal long VramBytes { get; init; } = 4L << 30;

    /// <summary>The most pinned and registered host memory at one time.</summary>
    internal long PinnedLimitBytes { get; init; } = long.MaxValue;

    internal int Multiprocessors { get; init; } = 16;

    /// <summary>1000 × major + 10 × minor.</summary>
    internal int DriverVersion { get; init; } = 12080;

    internal SchedulePolicy Schedule { get; init; } = SchedulePolicy.Late;

    internal int Seed { get; init; } = 1;

    /// <summary>How long unforced work may wait under <see cref="SchedulePolicy.Late"/>, at most under Random.</summary>
    internal int PatienceMilliseconds { get; init; } = 5;

    /// <summary>0 means as fast as memory goes.</summary>
    internal long HostToDeviceBytesPerSecond { get; init; }

    /// <inheritdoc cref="HostToDeviceBytesPerSecond"/>
    internal long DeviceToHostBytesPerSecond { get; init; }

    internal DriverChecks Checks { get; init; } = DriverChecks.All;

    /// <summary>How kernels are executed; a seed that is set orders their warps, too.</summary>
    internal ExecutionOptions Execution { get; init; } = ExecutionOptions.Default;

    internal MisusePolicy Misuse { get; init; } = MisusePolicy.Error;

    /// <summary>What cuInit returns.</summary>
    internal CudaResult InitResult { get; init; } = CudaResult.Success;

    internal InjectedFailure? Failure { get; init; }

    /// <summary>After this many calls the device is lost: every later call returns <see cref="LostResult"/>.</summary>
    internal long LostAfterCalls { get; init; } = long.MaxValue;

    internal CudaResult LostResult { get; init; } = CudaResult.LaunchFailed;

    /// <summary>10 × major + minor, as in sm_89.</summary>
    internal int Target => (ComputeCapability.Major * 10) + ComputeCapability.Minor;

    /// <param name="text">
    /// A JSON object or <c>key=value;key=value</c>; null or empty for the defaults. Keys: computeCapability ("8.9"), name,
    /// deviceCount, vramBytes, pinnedLimitBytes, multiprocessors, driverVersion ("12.8"), schedule (eager, late, random),
    /// seed, patienceMilliseconds, h2dBytesPerSecond, d2hBytesPerSecond, checks (all, none or a list), misuse (error,
    /// report), cpAsync (lazy, eager, random), threads, instructionLimit, initResult, failCall.name, failCall.nth, failCall.code, failCall.times, failAnyCall.nth,
    /// failAnyCall.code, failAnyCall.times, loseDevice.after, loseDevice.code.
    /// </param>
    /// <exception cref="SettingsException">An unknown key or an impossible value.</exception>
    internal static EmulatorSettings Parse(string? text)
    {
        EmulatorSettings settings = Default;
        Dictionary<string, string> values = SettingsText.Read(text);
        foreach ((string key, string value) in values)
        {
            settings = settings.With(key, value, values);
        }

        return settings;
    }

    private EmulatorSettings With(string key, string value, Dictionary<string, string> all) => key.ToUpperInvariant() switch
    {
        "COMPUTECAPABILITY" => this with { ComputeCapability = SettingsValue.Pair(key, value) },
        "NAME" => this with { Name = value },
        "DEVICECOUNT" => this with { DeviceCount = (int)SettingsValue.Number(key, value, 0, 16) },
        "VRAMBYTES" => this with { VramBytes = SettingsValue.Number(key, value, 1) },
        "PINNEDLIMITBYTES" => this with { PinnedLimitBytes = SettingsValue.Number(key, value) },
        "MULTIPROCESSORS" => this with { Multiprocessors = (int)SettingsValue.Number(key, value, 1, 1024) },
        "DRIVERVERSION" => this with { DriverVersion = SettingsValue.Version(key, value) },
        "SCHEDULE" => this with { Schedule = SettingsValue.Name<SchedulePolicy>(key, value) },
        "SEED" => WithSeed((int)SettingsValue.Number(key, value, 0, int.MaxValue)),
        "PATIENCEMILLISECONDS" => this with { PatienceMilliseconds = (int)SettingsValue.Number(key, value, 1, 60_000) },
        "H2DBYTESPERSECOND" => this with { HostToDeviceBytesPerSecond = SettingsValue.Number(key, value) },
        "D2HBYTESPERSECOND" => this with { DeviceToHostBytesPerSecond = SettingsValue.Number(key, value) },
        "CHECKS" => CheckSettings.Apply(this, key, value),
        "CPASYNC" => this with { Execution = Execution with { AsyncCopies = SettingsValue.Name<AsyncCopyMode>(key, value) } },
        "THREADS" => this with { Execution = Execution with { HostThreads = (int)SettingsValue.Number(key, value, 0, 256) } },
        "INSTRUCTIONLIMIT" => this with { Execution = Execution with { InstructionLimit = SettingsValue.Number(key, value, 1) } },
        "MISUSE" => this with { Misuse = SettingsValue.Name<MisusePolicy>(key, value) },
        "INITRESULT" => this with { InitResult = Code(key, value) },
        "FAILCALL.NAME" => this with { Failure = ReadFailure("failCall", value, all) },
        "FAILANYCALL.NTH" => this with { Failure = ReadFailure("failAnyCall", null, all) },
        "FAILCALL.NTH" or "FAILCALL.CODE" or "FAILCALL.TIMES" => Follows(key, value, "failCall.name", all),
        "FAILANYCALL.CODE" or "FAILANYCALL.TIMES" => Follows(key, value, "failAnyCall.nth", all),
        "LOSEDEVICE.AFTER" => this with { LostAfterCalls = SettingsValue.Number(key, value) },
        "LOSEDEVICE.CODE" => this with { LostResult = Code(key, value) },
        _ => throw new SettingsException(key, value, "there is no such setting"),
    };

    private EmulatorSettings WithSeed(int seed) =>
        this with { Seed = seed, Execution = Execution with { ScheduleSeed = seed } };

    // Read together with the key that names the failure.
    private EmulatorSettings Follows(string key, string value, string leader, Dictionary<string, string> all) =>
        all.ContainsKey(leader) ? this : throw new SettingsException(key, value, $"needs '{leader}'");

    private static InjectedFailure ReadFailure(string prefix, string? call, Dictionary<string, string> all)
    {
        string nth = all.GetValueOrDefault($"{prefix}.nth", "1");
        string code = all.GetValueOrDefault($"{prefix}.code", "999");
        string times = all.GetValueOrDefault($"{prefix}.times", "1");
        return new InjectedFailure(call, SettingsValue.Number($"{prefix}.nth", nth, 1), Code($"{prefix}.code", code), SettingsValue.Number($"{prefix}.times", times, 1));
    }

    private static CudaResult Code(string key, string value)
    {
        var code = (CudaResult)SettingsValue.Number(key, value, 0, int.MaxValue);
        return CudaResultText.TryGet(code, out _, out _)
            ? code
            : throw new SettingsException(key, value, "the driver has no such status code");
    }
}
