namespace SpecExecNative.Tests.Oracles;

/// <summary>Element types of the checkpoints that the oracles read and write, by their safetensors names.</summary>
public enum OracleDType
{
    F32,
    F16,
    BF16,
}
