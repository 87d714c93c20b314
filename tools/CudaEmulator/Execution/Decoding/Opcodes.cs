using System.Collections.Frozen;

namespace SpecExecNative.CudaEmulator.Execution.Decoding;

/// <summary>Every opcode that is known, and who decodes it.</summary>
internal static class Opcodes
{
    public static readonly FrozenDictionary<string, Action<Draft>> Table = new[]
    {
        IntegerDecoder.Opcodes,
        BitDecoder.Opcodes,
        FloatDecoder.Opcodes,
        ComparisonDecoder.Opcodes,
        MoveDecoder.Opcodes,
        MemoryDecoder.Opcodes,
        AsyncCopyDecoder.Opcodes,
        WarpDecoder.Opcodes,
        ControlDecoder.Opcodes,
    }.SelectMany(family => family).ToFrozenDictionary();
}
