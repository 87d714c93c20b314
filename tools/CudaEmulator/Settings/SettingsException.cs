namespace SpecExecNative.CudaEmulator.Settings;

/// <summary>A setting that does not exist or has a value that cannot be.</summary>
internal sealed class SettingsException(string key, string value, string expected)
    : Exception($"Emulator setting '{key}' = '{value}': {expected}.");
