using System.Buffers.Binary;

namespace SpecExecNative.CudaEmulator.Ptx.Syntax;

/// <summary>Reads the declaration of a variable or parameter, behind its state space.</summary>
internal static class DeclarationParser
{
    public static PtxDeclaration Variable(PtxTokens tokens, string space, bool isExtern)
    {
        int alignment = 0;
        if (tokens.TryTakeWord(".align"))
        {
            alignment = (int)tokens.TakeInteger();
        }

        PtxType type = tokens.TakeType();
        SkipPointerAttributes(tokens);
        string name = tokens.TakeWord();
        long count = 1;
        while (tokens.TryTake('['))
        {
            count *= tokens.Current.Is(']') ? 0 : tokens.TakeInteger();
            tokens.Expect(']');
        }

        byte[] initial = tokens.TryTake('=') ? Initialiser(tokens, type) : [];
        long bytes = count * type.Bytes();
        return new PtxDeclaration(name, space, Math.Max(alignment, type.Bytes()), bytes, isExtern) { InitialBytes = initial };
    }

    // ".param .u64 .ptr .global .align 8 name": says what a pointer points to, which changes nothing here.
    private static void SkipPointerAttributes(PtxTokens tokens)
    {
        if (!tokens.TryTakeWord(".ptr"))
        {
            return;
        }

        while (tokens.Current.Value is ".global" or ".const" or ".shared" or ".local")
        {
            tokens.Take();
        }

        if (tokens.TryTakeWord(".align"))
        {
            tokens.TakeInteger();
        }
    }

    private static byte[] Initialiser(PtxTokens tokens, PtxType type)
    {
        var bytes = new List<byte>();
        if (!tokens.TryTake('{'))
        {
            Append(tokens, type, bytes);
            return [.. bytes];
        }

        while (!tokens.TryTake('}'))
        {
            Append(tokens, type, bytes);
            if (!tokens.Current.Is('}'))
            {
                tokens.Expect(',');
            }
        }

        return [.. bytes];
    }

    private static void Append(PtxTokens tokens, PtxType type, List<byte> bytes)
    {
        PtxOperand literal = OperandParser.Literal(tokens);
        ulong bits = literal.Kind switch
        {
            PtxOperandKind.Double when type == PtxType.F32 =>
                BitConverter.SingleToUInt32Bits((float)BitConverter.UInt64BitsToDouble(literal.Bits)),
            _ => literal.Bits,
        };
        Span<byte> buffer = stackalloc byte[8];
        BinaryPrimitives.WriteUInt64LittleEndian(buffer, bits);
        bytes.AddRange(buffer[..type.Bytes()]);
    }
}
